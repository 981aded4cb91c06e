package org.diffusion4j.diffusion.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/** How the variance beta of each forward step grows with the timestep. */
public enum BetaSchedule {
  /** Beta grows linearly (Ho et al. 2020, Denoising Diffusion Probabilistic Models). */
  @JsonProperty("linear")
  LINEAR {
    @Override
    float[] compute(int n, double start, double end) {
      return Linspace.of(start, end, n);
    }
  },

  /** The square root of beta grows linearly (Rombach et al. 2022, Latent Diffusion). */
  @JsonProperty("scaled_linear")
  SCALED_LINEAR {
    @Override
    float[] compute(int n, double start, double end) {
      float[] betas = Linspace.of(Math.sqrt(start), Math.sqrt(end), n);
      for (int i = 0; i < n; i++) {
        betas[i] *= betas[i];
      }
      return betas;
    }
  },

  /**
   * The cosine schedule (Nichol and Dhariwal 2021, formula (17)), beta at most 0.999.
   *
   * <p>It takes no account of the range of beta.
   */
  @JsonProperty("squaredcos_cap_v2")
  SQUAREDCOS_CAP_V2 {
    @Override
    float[] compute(int n, double start, double end) {
      float[] betas = new float[n];
      for (int i = 0; i < n; i++) {
        double ratio = cosineAlphaBar((i + 1) / (double) n) / cosineAlphaBar(i / (double) n);
        betas[i] = (float) Math.min(1 - ratio, MAX_BETA);
      }
      return betas;
    }
  },

  /**
   * The signal falls exponentially: alphaCumprod is exp(-12 t) at the part t of the timesteps, so
   * that all betas are equal (Jun and Nichol 2023, Shap-E).
   *
   * <p>It takes no account of the range of beta.
   */
  @JsonProperty("exp")
  EXP {
    @Override
    float[] compute(int n, double start, double end) {
      float[] betas = new float[n];
      Arrays.fill(betas, (float) Math.min(-Math.expm1(-EXP_RATE / n), MAX_BETA));
      return betas;
    }
  },

  /** Beta grows along a sigmoid between -6 and 6 (GeoDiff, Xu et al. 2022). */
  @JsonProperty("sigmoid")
  SIGMOID {
    @Override
    float[] compute(int n, double start, double end) {
      float[] betas = Linspace.of(-SIGMOID_RANGE, SIGMOID_RANGE, n);
      for (int i = 0; i < n; i++) {
        float sigmoid = (float) (1 / (1 + Math.exp(-betas[i])));
        betas[i] = sigmoid * (float) (end - start) + (float) start;
      }
      return betas;
    }
  };

  private static final double MAX_BETA = 0.999;
  private static final double EXP_RATE = 12;
  private static final double COSINE_OFFSET = 0.008;
  private static final double SIGMOID_RANGE = 6;

  abstract float[] compute(int n, double start, double end);

  /**
   * The betas of all training timesteps, [numTrainTimesteps], as diffusers computes them in
   * float32.
   *
   * @throws IllegalArgumentException unless numTrainTimesteps is from 1 to 2^20 and 0 &lt;
   *     betaStart &lt;= betaEnd &lt; 1
   */
  public float[] betas(int numTrainTimesteps, double betaStart, double betaEnd) {
    Require.inRange("numTrainTimesteps", numTrainTimesteps, 1, ModelLimits.TIMESTEPS);
    Require.positive("betaStart", betaStart);
    Require.that(
        betaStart <= betaEnd, "betaStart", betaStart, "must be at most betaEnd (=" + betaEnd + ")");
    Require.that(betaEnd < 1, "betaEnd", betaEnd, "must be below 1");
    return compute(numTrainTimesteps, betaStart, betaEnd);
  }

  private static double cosineAlphaBar(double time) {
    double cosine = Math.cos((time + COSINE_OFFSET) / (1 + COSINE_OFFSET) * Math.PI / 2);
    return cosine * cosine;
  }
}
