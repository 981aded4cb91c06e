package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The clean sample x0 that a model's output amounts to, whatever the model predicts.
 *
 * @param predictionType what the model predicts
 * @param clipping what keeps x0 in the range of the data
 */
record DataPrediction(PredictionType predictionType, SampleClipping clipping) {

  /**
   * The predicted x0, in the range of the data; a new array.
   *
   * @param sample x_t = sqrt(a) x0 + sqrt(1 - a) eps
   * @param modelOutput the prediction, as long as sample
   * @param alphaCumprod a
   * @throws IllegalArgumentException if x0 does not follow from the prediction
   */
  float[] x0(float[] sample, float[] modelOutput, double alphaCumprod) {
    float[] x0 = predictionType.x0(sample, modelOutput, alphaCumprod);
    clipping.apply(x0);
    return x0;
  }
}
