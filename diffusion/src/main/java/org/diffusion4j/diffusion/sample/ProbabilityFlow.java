package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The probability flow ODE dx/dsigma = (x - x0) / sigma on samples x = x0 + sigma eps, with the x0
 * that a model predicts (Karras et al. 2022, formulas (1) and (3)).
 *
 * @param prediction the x0 of a model's output
 */
record ProbabilityFlow(DataPrediction prediction) {

  /** The flow of a model that is called on samples scaled to unit variance. */
  static ProbabilityFlow of(PredictionType predictionType, Clipping clipping) {
    return new ProbabilityFlow(
        new DataPrediction(predictionType, DynamicThresholding.NONE, clipping));
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
    NoiseLevel level = NoiseLevel.ofRatio(sigma);
    float[] unitVariance = WeightedSum.of(level.alpha(), sample).toFloats();
    return slope(sample, prediction.x0(unitVariance, modelOutput, level), sigma);
  }

  /**
   * dx/dsigma where x0 is known; a new array.
   *
   * @param sample x
   * @param sigma that of x, above 0
   */
  static float[] slope(float[] sample, float[] x0, double sigma) {
    return WeightedSum.slope(sample, x0, sigma).toFloats();
  }

  /** The sample after a step along a derivative, x + derivative dSigma; a new array. */
  static float[] move(float[] sample, float[] derivative, double dSigma) {
    return WeightedSum.of(1, sample).plus(dSigma, derivative).toFloats();
  }
}
