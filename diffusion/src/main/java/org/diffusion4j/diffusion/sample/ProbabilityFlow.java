package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The probability flow ODE dx/dsigma = (x - x0) / sigma on samples x = x0 + sigma eps, with the x0
 * that a model predicts (Karras et al. 2022, formulas (1) and (3)).
 *
 * @param denoiser the x0 of a model's output
 */
record ProbabilityFlow(Denoiser denoiser) {

  /** What a model's output for a sample x0 + sigma eps says of x0. */
  interface Denoiser {
    /** The x0; a new array. */
    float[] x0(float[] sample, float[] modelOutput, double sigma);
  }

  /** The flow of a model that is called on samples scaled to unit variance. */
  static ProbabilityFlow of(PredictionType predictionType, Clipping clipping) {
    DataPrediction prediction =
        new DataPrediction(predictionType, DynamicThresholding.NONE, clipping);
    return new ProbabilityFlow(
        (sample, modelOutput, sigma) -> {
          NoiseLevel level = NoiseLevel.ofRatio(sigma);
          float[] unitVariance = WeightedSum.of(level.alpha(), sample).toFloats();
          return prediction.x0(unitVariance, modelOutput, level);
        });
  }

  /**
   * dx/dsigma; a new array.
   *
   * @param sample x
   * @param sigma that of x, above 0
   * @throws IllegalArgumentException if the lengths differ
   */
  float[] derivative(float[] sample, float[] modelOutput, double sigma) {
    StepArguments.requireOutputLength(modelOutput, sample.length);
    return WeightedSum.slope(sample, denoiser.x0(sample, modelOutput, sigma), sigma).toFloats();
  }

  /** The sample after a step along a derivative, x + derivative dSigma; a new array. */
  static float[] move(float[] sample, float[] derivative, double dSigma) {
    return WeightedSum.of(1, sample).plus(dSigma, derivative).toFloats();
  }

  /**
   * The sample after Euler's step with churn (Karras et al. 2022, algorithm 2 without the
   * correction); a new array.
   */
  float[] eulerStep(
      NoisePath path,
      Churn churn,
      float[] modelOutput,
      int index,
      float[] sample,
      NoiseSource noise) {
    double sigma = path.sigma(index);
    double sigmaHat = churn.sigmaHat(sigma, path.steps());
    float[] x = churn.apply(sample, sigma, sigmaHat, noise);
    float[] derivative = derivative(x, modelOutput, sigmaHat);
    return move(x, derivative, path.nextSigma(index) - sigmaHat);
  }
}
