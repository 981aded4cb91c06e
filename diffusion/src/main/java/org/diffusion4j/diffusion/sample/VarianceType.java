package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The variance of DDPM's reverse step, between the posterior variance (the lower bound) and beta
 * (the upper bound) (Ho et al. 2020, 3.2).
 */
public enum VarianceType {
  /** The posterior variance, formula (7). */
  @JsonProperty("fixed_small")
  FIXED_SMALL,

  /** The posterior variance, by way of its logarithm. */
  @JsonProperty("fixed_small_log")
  FIXED_SMALL_LOG,

  /** Beta. */
  @JsonProperty("fixed_large")
  FIXED_LARGE,

  /** Beta, by way of its logarithm; diffusers makes NaN of it. */
  @JsonProperty("fixed_large_log")
  FIXED_LARGE_LOG,

  /** The second half of the model's output is the variance. */
  @JsonProperty("learned")
  LEARNED,

  /**
   * The second half of the model's output, from -1 to 1, interpolates between the logarithms of the
   * bounds (Nichol and Dhariwal 2021, formula (15)).
   */
  @JsonProperty("learned_range")
  LEARNED_RANGE;

  /** Keeps the logarithm finite at the last step, where the posterior variance is 0. */
  private static final double MIN_VARIANCE = 1e-20;

  /** Whether the model predicts the variance, in a second half of its output channels. */
  public boolean isLearned() {
    return this == LEARNED || this == LEARNED_RANGE;
  }

  /**
   * The standard deviation of the noise of a step.
   *
   * @param posteriorVariance the lower bound
   * @param beta the upper bound
   * @param predicted the model's output for the variance; has no effect if not learned
   */
  double standardDeviation(double posteriorVariance, double beta, double predicted) {
    double smallest = Math.max(posteriorVariance, MIN_VARIANCE);
    return switch (this) {
      case FIXED_SMALL, FIXED_SMALL_LOG -> Math.sqrt(smallest);
      case FIXED_LARGE, FIXED_LARGE_LOG -> Math.sqrt(beta);
      case LEARNED -> Math.sqrt(Math.max(predicted, MIN_VARIANCE));
      case LEARNED_RANGE -> {
        double fraction = (predicted + 1) / 2;
        double logVariance = fraction * Math.log(beta) + (1 - fraction) * Math.log(smallest);
        yield Math.exp(logVariance / 2);
      }
    };
  }
}
