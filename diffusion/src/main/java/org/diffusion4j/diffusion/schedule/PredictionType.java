package org.diffusion4j.diffusion.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.core.check.Require;

/**
 * What a model predicts of a noisy sample x_t = sqrt(a) x0 + sqrt(1 - a) eps, where a is the
 * alphaCumprod of its timestep.
 */
public enum PredictionType {
  /** The noise eps (Ho et al. 2020). */
  @JsonProperty("epsilon")
  EPSILON {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, double alphaCumprod) {
      Require.that(
          alphaCumprod > 0,
          "alphaCumprod",
          alphaCumprod,
          "must be above 0 for predictionType epsilon: a sample of pure noise and the noise say"
              + " nothing about x0");
      double alpha = Math.sqrt(alphaCumprod);
      return combine(1 / alpha, sample, -Math.sqrt(1 - alphaCumprod) / alpha, modelOutput);
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, double alphaCumprod) {
      return modelOutput.clone();
    }
  },

  /** The velocity v = sqrt(a) eps - sqrt(1 - a) x0 (Salimans and Ho 2022, appendix D). */
  @JsonProperty("v_prediction")
  V_PREDICTION {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, double alphaCumprod) {
      return combine(Math.sqrt(alphaCumprod), sample, -Math.sqrt(1 - alphaCumprod), modelOutput);
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, double alphaCumprod) {
      return combine(Math.sqrt(1 - alphaCumprod), sample, Math.sqrt(alphaCumprod), modelOutput);
    }
  },

  /** The clean sample x0 itself. */
  @JsonProperty("sample")
  SAMPLE {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, double alphaCumprod) {
      return modelOutput.clone();
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, double alphaCumprod) {
      Require.that(
          alphaCumprod < 1,
          "alphaCumprod",
          alphaCumprod,
          "must be below 1 for eps: the sample has no noise");
      double sigma = Math.sqrt(1 - alphaCumprod);
      return combine(1 / sigma, sample, -Math.sqrt(alphaCumprod) / sigma, modelOutput);
    }
  };

  /**
   * The clean sample that a prediction amounts to; a new array.
   *
   * @param sample x_t
   * @param modelOutput the prediction, as long as sample
   * @param alphaCumprod a, in [0, 1]
   * @throws IllegalArgumentException if x0 does not follow from the prediction (epsilon with
   *     alphaCumprod 0)
   */
  public abstract float[] x0(float[] sample, float[] modelOutput, double alphaCumprod);

  /**
   * The noise that a prediction amounts to; a new array.
   *
   * @param sample x_t
   * @param modelOutput the prediction, as long as sample
   * @param alphaCumprod a, in [0, 1]
   * @throws IllegalArgumentException if the noise does not follow from the prediction (sample with
   *     alphaCumprod 1)
   */
  public abstract float[] eps(float[] sample, float[] modelOutput, double alphaCumprod);

  private static float[] combine(double a, float[] sample, double b, float[] modelOutput) {
    Require.equal("length of modelOutput", modelOutput.length, "length of sample", sample.length);
    return Combination.of(a, sample, b, modelOutput);
  }
}
