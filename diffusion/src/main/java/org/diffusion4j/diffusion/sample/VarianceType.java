package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The variance of DDPM's reverse step, between the posterior variance (the lower bound) and beta
 * (the upper bound) (Ho et al. 2020, 3.2).
 */
public enum VarianceType {
  /** The posterior variance, formula (7). */
  FIXED_SMALL("fixed_small"),
  /** The posterior variance, by way of its logarithm. */
  FIXED_SMALL_LOG("fixed_small_log"),
  /** Beta. */
  FIXED_LARGE("fixed_large"),
  /** Beta, by way of its logarithm; diffusers makes NaN of it. */
  FIXED_LARGE_LOG("fixed_large_log"),
  /** The second half of the model's output is the variance. */
  LEARNED("learned"),
  /**
   * The second half of the model's output, from -1 to 1, interpolates between the logarithms of the
   * bounds (Nichol and Dhariwal 2021, formula (15)).
   */
  LEARNED_RANGE("learned_range");

  /** Keeps the logarithm finite at the last step, where the posterior variance is 0. */
  private static final double MIN_VARIANCE = 1e-20;

  private final String configName;

  VarianceType(String configName) {
    this.configName = configName;
  }

  /** The name in {@code scheduler_config.json}. */
  @JsonValue
  public String configName() {
    return configName;
  }

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
