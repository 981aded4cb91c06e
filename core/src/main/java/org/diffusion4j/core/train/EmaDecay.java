package org.diffusion4j.core.train;

import org.diffusion4j.core.check.Require;

/**
 * How much of the averaged weights an update keeps.
 *
 * <p>The rule of {@code EMAModel} in diffusers. At update k, counted from 1, with {@code step = k -
 * 1 - updateAfterStep}: 0 while step is not positive, and then, between {@code minDecay} and {@code
 * decay},
 *
 * <ul>
 *   <li>{@code (1 + step) / (10 + step)} without warm-up,
 *   <li>{@code 1 - (1 + step / invGamma)^-power} with it.
 * </ul>
 *
 * @param decay the largest part kept, in [0, 1)
 * @param minDecay the smallest part kept once averaging has begun, in [0, decay]
 * @param updateAfterStep the updates before averaging begins, at least 0
 * @param useEmaWarmup which of the two rules holds
 * @param invGamma inverse multiplicative factor of the warm-up, positive
 * @param power exponent of the warm-up, positive; 3/4 reaches 0.9999 after 200 thousand updates
 */
public record EmaDecay(
    double decay,
    double minDecay,
    long updateAfterStep,
    boolean useEmaWarmup,
    double invGamma,
    double power) {

  public EmaDecay {
    Require.properFraction("decay", decay);
    Require.that(
        minDecay >= 0 && minDecay <= decay,
        "minDecay",
        minDecay,
        "must be in [0, decay (=" + decay + ")]");
    Require.notNegative("updateAfterStep", updateAfterStep);
    Require.positive("invGamma", invGamma);
    Require.positive("power", power);
  }

  /** Averaging from the second update on, with no smallest decay. */
  public EmaDecay(double decay, boolean useEmaWarmup, double invGamma, double power) {
    this(decay, 0, 0, useEmaWarmup, invGamma, power);
  }

  /** The defaults of {@code EMAModel} but for the decay. */
  public static EmaDecay of(double decay) {
    return new EmaDecay(decay, false, 1, 2.0 / 3);
  }

  /**
   * The part kept at an update.
   *
   * @param update the number of the update, from 1
   */
  public double at(long update) {
    Require.positive("update", update);
    double step = update - 1 - updateAfterStep;
    if (step <= 0) {
      return 0;
    }
    double early =
        useEmaWarmup ? 1 - StrictMath.pow(1 + step / invGamma, -power) : (1 + step) / (10 + step);
    return Math.max(minDecay, Math.min(decay, early));
  }
}
