package org.diffusion4j.diffusion.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.core.check.Require;

/** What a model predicts of a noisy sample x = alpha x0 + sigma eps. */
public enum PredictionType {
  /** The noise eps (Ho et al. 2020). */
  @JsonProperty("epsilon")
  EPSILON {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, NoiseLevel level) {
      Require.that(
          level.alpha() > 0,
          "alpha",
          level.alpha(),
          "must be above 0 for predictionType epsilon: a sample of pure noise and the noise say"
              + " nothing about x0");
      double scale = 1 / level.alpha();
      return combine(scale, sample, -level.sigma() * scale, modelOutput);
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, NoiseLevel level) {
      return modelOutput.clone();
    }
  },

  /**
   * The velocity v = alpha eps - sigma x0 of a sample of unit variance, alpha^2 + sigma^2 = 1
   * (Salimans and Ho 2022, appendix D).
   */
  @JsonProperty("v_prediction")
  V_PREDICTION {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, NoiseLevel level) {
      return combine(level.alpha(), sample, -level.sigma(), modelOutput);
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, NoiseLevel level) {
      return combine(level.sigma(), sample, level.alpha(), modelOutput);
    }
  },

  /** The clean sample x0 itself. */
  @JsonProperty("sample")
  SAMPLE {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, NoiseLevel level) {
      return modelOutput.clone();
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, NoiseLevel level) {
      Require.that(
          level.sigma() > 0,
          "sigma",
          level.sigma(),
          "must be above 0 for eps: the sample has no noise");
      double scale = 1 / level.sigma();
      return combine(scale, sample, -level.alpha() * scale, modelOutput);
    }
  },

  /**
   * The velocity eps - x0 of the straight line x = (1 - sigma) x0 + sigma eps (Lipman et al. 2023,
   * Flow Matching).
   */
  @JsonProperty("flow_prediction")
  FLOW_PREDICTION {
    @Override
    public float[] x0(float[] sample, float[] modelOutput, NoiseLevel level) {
      return combine(1, sample, -level.sigma(), modelOutput);
    }

    @Override
    public float[] eps(float[] sample, float[] modelOutput, NoiseLevel level) {
      return combine(1, sample, level.alpha(), modelOutput);
    }
  };

  /**
   * The clean sample that a prediction amounts to; a new array.
   *
   * @param sample x
   * @param modelOutput the prediction, as long as sample
   * @param level alpha and sigma of x
   * @throws IllegalArgumentException if x0 does not follow from the prediction (epsilon with alpha
   *     0)
   */
  public abstract float[] x0(float[] sample, float[] modelOutput, NoiseLevel level);

  /**
   * The noise that a prediction amounts to; a new array.
   *
   * @param sample x
   * @param modelOutput the prediction, as long as sample
   * @param level alpha and sigma of x
   * @throws IllegalArgumentException if the noise does not follow from the prediction (sample with
   *     sigma 0)
   */
  public abstract float[] eps(float[] sample, float[] modelOutput, NoiseLevel level);

  private static float[] combine(double a, float[] sample, double b, float[] modelOutput) {
    Require.equal("length of modelOutput", modelOutput.length, "length of sample", sample.length);
    return Combination.of(a, sample, b, modelOutput);
  }
}
