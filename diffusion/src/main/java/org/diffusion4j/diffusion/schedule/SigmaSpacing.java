package org.diffusion4j.diffusion.schedule;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.diffusion4j.core.check.Require;

/**
 * How the noise levels of a run lie between its highest and its lowest: as its timesteps have it,
 * or in one of three other ways.
 *
 * @param useKarrasSigmas evenly in sigma^(1/7) (Karras et al. 2022, formula (5))
 * @param useExponentialSigmas evenly in log(sigma)
 * @param useBetaSigmas at quantiles of a beta distribution, close to each other at both ends (Lee
 *     et al. 2024, Beta Sampling is All You Need)
 */
@RecordBuilder
public record SigmaSpacing(
    boolean useKarrasSigmas, boolean useExponentialSigmas, boolean useBetaSigmas)
    implements SigmaSpacingBuilder.With {

  /** The sigmas of the run's timesteps. */
  public static final SigmaSpacing TIMESTEPS = new SigmaSpacing(false, false, false);

  public static final SigmaSpacing KARRAS = new SigmaSpacing(true, false, false);
  public static final SigmaSpacing EXPONENTIAL = new SigmaSpacing(false, true, false);
  public static final SigmaSpacing BETA = new SigmaSpacing(false, false, true);

  private static final double RHO = 7;
  private static final BetaDistribution QUANTILES = BetaDistribution.of(0.6, 0.6);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if more than one is true
   */
  public SigmaSpacing {
    String rule = "must be false, since useKarrasSigmas is true";
    Require.that(!(useKarrasSigmas && useExponentialSigmas), "useExponentialSigmas", true, rule);
    Require.that(!(useKarrasSigmas && useBetaSigmas), "useBetaSigmas", true, rule);
    Require.that(
        !(useExponentialSigmas && useBetaSigmas),
        "useBetaSigmas",
        true,
        "must be false, since useExponentialSigmas is true");
  }

  /** Whether the sigmas of the run's timesteps stay. */
  public boolean isOfTimesteps() {
    return !useKarrasSigmas && !useExponentialSigmas && !useBetaSigmas;
  }

  /**
   * As many noise levels between the same ends; a new array.
   *
   * @param sigmas highest first, all above 0
   */
  public double[] between(double[] sigmas) {
    return isOfTimesteps()
        ? sigmas.clone()
        : between(sigmas[0], sigmas[sigmas.length - 1], sigmas.length);
  }

  /**
   * So many noise levels from max to min; a new array.
   *
   * @throws IllegalStateException if the spacing is that of timesteps
   */
  public double[] between(double max, double min, int n) {
    double[] sigmas;
    if (useKarrasSigmas) {
      sigmas = karras(max, min, n, RHO);
    } else if (useExponentialSigmas) {
      sigmas = exponential(max, min, n);
    } else if (useBetaSigmas) {
      sigmas = new double[n];
      Arrays.setAll(sigmas, i -> min + quantile(1 - ramp(i, n)) * (max - min));
    } else {
      throw new IllegalStateException("the sigmas of timesteps do not follow from their ends");
    }
    // Rounding must not move the ends.
    sigmas[n - 1] = min;
    sigmas[0] = max;
    return sigmas;
  }

  private static double quantile(double probability) {
    return QUANTILES.inverseCumulativeProbability(probability);
  }

  /** From max to min, evenly in sigma^(1/rho). */
  public static double[] karras(double max, double min, int n, double rho) {
    double[] sigmas = new double[n];
    double high = Math.pow(max, 1 / rho);
    double low = Math.pow(min, 1 / rho);
    Arrays.setAll(sigmas, i -> Math.pow(high + ramp(i, n) * (low - high), rho));
    return sigmas;
  }

  /** From max to min, evenly in log(sigma). */
  public static double[] exponential(double max, double min, int n) {
    double[] sigmas = new double[n];
    Arrays.setAll(sigmas, i -> max * Math.pow(min / max, ramp(i, n)));
    return sigmas;
  }

  /** From 0 to 1 in n values. */
  private static double ramp(int i, int n) {
    return n == 1 ? 0 : i / (n - 1.0);
  }
}
