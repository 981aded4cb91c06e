package org.diffusion4j.diffusion.sample;

import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The clean sample x0 that a model's output amounts to, whatever the model predicts.
 *
 * @param predictionType what the model predicts
 * @param dynamicThresholding what keeps x0 in the range of the data
 * @param clipping what does so where there is no thresholding
 */
record DataPrediction(
    PredictionType predictionType, DynamicThresholding dynamicThresholding, Clipping clipping) {

  /**
   * Checks what the model of a config with betas predicts.
   *
   * @throws IllegalArgumentException if it is the velocity of flow matching
   * @throws NullPointerException if it is null
   */
  static void check(PredictionType predictionType) {
    Objects.requireNonNull(predictionType, "predictionType must not be null");
    Require.that(
        predictionType != PredictionType.FLOW_PREDICTION,
        "predictionType",
        predictionType,
        "must be EPSILON, V_PREDICTION or SAMPLE for this sampler");
  }

  /**
   * The predicted x0, in the range of the data; a new array.
   *
   * @param sample alpha x0 + sigma eps
   * @param modelOutput the prediction, as long as sample
   * @throws IllegalArgumentException if x0 does not follow from the prediction
   */
  float[] x0(float[] sample, float[] modelOutput, NoiseLevel level) {
    float[] x0 = predictionType.x0(sample, modelOutput, level);
    if (dynamicThresholding.thresholding()) {
      dynamicThresholding.apply(x0);
    } else {
      clipping.apply(x0);
    }
    return x0;
  }

  /**
   * The predicted noise, that of x0 in the range of the data if there is thresholding; a new array.
   *
   * @param sample alpha x0 + sigma eps
   * @param modelOutput the prediction, as long as sample
   * @throws IllegalArgumentException if the noise does not follow from the prediction
   */
  float[] eps(float[] sample, float[] modelOutput, NoiseLevel level) {
    return dynamicThresholding.thresholding()
        ? PredictionType.SAMPLE.eps(sample, x0(sample, modelOutput, level), level)
        : predictionType.eps(sample, modelOutput, level);
  }
}
