package org.diffusion4j.diffusion.verify;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * Data whose values are independent and normal: the one case where the best model and the exact
 * solution of the probability flow ODE are known.
 *
 * <p>A sample x = alpha x0 + sigma eps is normal too, with mean alpha m and variance alpha^2 s^2 +
 * sigma^2. The flow keeps every sample at the same quantile: (x - alpha m) / sqrt(alpha^2 s^2 +
 * sigma^2) is constant on its paths (Song et al. 2021, Score-Based Generative Modeling through
 * Stochastic Differential Equations, formula (13)).
 *
 * @param mean m
 * @param standardDeviation s, above 0
 */
public record GaussianData(double mean, double standardDeviation) {

  /** Checks the deviation. */
  public GaussianData {
    Require.positive("standardDeviation", standardDeviation);
  }

  /** What a perfect model predicts of a sample; a new array. */
  public float[] prediction(float[] sample, NoiseLevel level, PredictionType predictionType) {
    double alpha = level.alpha();
    double sigma = level.sigma();
    double gain = alpha * Math.pow(standardDeviation / standardDeviation(level), 2);
    float[] prediction = new float[sample.length];
    for (int i = 0; i < prediction.length; i++) {
      double x0 = mean + gain * (sample[i] - alpha * mean);
      double eps = (sample[i] - alpha * x0) / sigma;
      prediction[i] =
          (float)
              switch (predictionType) {
                case EPSILON -> eps;
                case V_PREDICTION -> alpha * eps - sigma * x0;
                case SAMPLE -> x0;
                case FLOW_PREDICTION -> eps - x0;
              };
    }
    return prediction;
  }

  /** The mean of samples. */
  public double mean(NoiseLevel level) {
    return level.alpha() * mean;
  }

  /** The standard deviation of samples. */
  public double standardDeviation(NoiseLevel level) {
    return Math.hypot(level.alpha() * standardDeviation, level.sigma());
  }
}
