package org.diffusion4j.diffusion.gaussian;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

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

  /** The expectation of x0 given a sample, what a perfect denoiser finds; a new array. */
  public float[] denoised(float[] sample, NoiseLevel level) {
    double gain = level.alpha() * Math.pow(standardDeviation / standardDeviation(level), 2);
    return x0(sample, level, gain);
  }

  /** Where the path of a sample begins, what a perfect consistency model finds; a new array. */
  public float[] origin(float[] sample, NoiseLevel level) {
    return x0(sample, level, standardDeviation / standardDeviation(level));
  }

  private float[] x0(float[] sample, NoiseLevel level, double gain) {
    float[] x0 = new float[sample.length];
    for (int i = 0; i < x0.length; i++) {
      x0[i] = (float) (mean + gain * (sample[i] - mean(level)));
    }
    return x0;
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
