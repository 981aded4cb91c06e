package org.diffusion4j.diffusion.sample;

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
    float[] x0 = SigmaSequence.x0(prediction, sample, modelOutput, sigma);
    float[] derivative = new float[sample.length];
    for (int i = 0; i < derivative.length; i++) {
      derivative[i] = (float) (((double) sample[i] - x0[i]) / sigma);
    }
    return derivative;
  }

  /** The sample after a step along a derivative, x + derivative dSigma; a new array. */
  static float[] move(float[] sample, float[] derivative, double dSigma) {
    float[] moved = new float[sample.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (sample[i] + dSigma * derivative[i]);
    }
    return moved;
  }
}
