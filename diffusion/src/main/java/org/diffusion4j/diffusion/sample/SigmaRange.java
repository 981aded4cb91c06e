package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.OptionalDouble;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;

/**
 * The ends of a spacing of noise levels, where they are not those of the training.
 *
 * @param sigmaMin the lowest noise level of a spacing, above 0; empty for that of the training
 * @param sigmaMax the highest one, above sigmaMin; empty for that of the training
 */
@RecordBuilder
public record SigmaRange(OptionalDouble sigmaMin, OptionalDouble sigmaMax)
    implements SigmaRangeBuilder.With {

  /** That of the training. */
  public static final SigmaRange TRAINING =
      new SigmaRange(OptionalDouble.empty(), OptionalDouble.empty());

  /**
   * Checks the ends.
   *
   * @throws IllegalArgumentException if sigmaMin is not above 0 or sigmaMax not above it
   */
  public SigmaRange {
    sigmaMin.ifPresent(sigma -> Require.positive("sigmaMin", sigma));
    double least = sigmaMin.orElse(0);
    sigmaMax.ifPresent(
        sigma ->
            Require.that(
                sigma > least, "sigmaMax", sigma, "must be above sigmaMin (=" + least + ")"));
  }

  /**
   * The n sigmas in a spacing, highest first.
   *
   * @param trainMax the highest one if sigmaMax is empty
   * @param trainMin the lowest one if sigmaMin is empty
   * @throws IllegalArgumentException if the highest is not above the lowest
   */
  double[] spaced(SigmaSpacing spacing, double trainMax, double trainMin, int n) {
    double max = sigmaMax.orElse(trainMax);
    double min = sigmaMin.orElse(trainMin);
    Require.that(
        n == 1 || max > min,
        "sigmaMax",
        max,
        "must be above sigmaMin (="
            + min
            + "); either is that of the timesteps unless the config has it");
    return spacing.between(max, min, n);
  }
}
