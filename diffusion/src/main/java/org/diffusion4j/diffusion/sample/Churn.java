package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.core.check.Require;

/**
 * Noise that is added before a step, which then takes more away (Karras et al. 2022, algorithm 2).
 *
 * @param sChurn how much in the whole run, at least 0
 * @param sTmin the lowest sigma that gets some, at least 0
 * @param sTmax the highest sigma that gets some
 * @param sNoise the standard deviation of the noise, at least 0
 */
@RecordBuilder
public record Churn(double sChurn, double sTmin, double sTmax, double sNoise)
    implements ChurnBuilder.With {
  public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

  /** What an increase of sigma must stay below. */
  private static final double MAX_GAMMA = Math.sqrt(2) - 1;

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Churn {
    Require.notNegative("sChurn", sChurn);
    Require.notNegative("sTmin", sTmin);
    Require.that(sTmax >= sTmin, "sTmax", sTmax, "must be at least sTmin (=" + sTmin + ")");
    Require.notNegative("sNoise", sNoise);
  }

  /** The sigma after the noise is added. */
  double sigmaHat(double sigma, int steps) {
    boolean inRange = sTmin <= sigma && sigma <= sTmax;
    return sigma * (1 + (inRange ? Math.min(sChurn / steps, MAX_GAMMA) : 0));
  }

  /** The sample x0 + sigma eps with noise up to sigmaHat: itself if that is sigma. */
  float[] apply(float[] sample, double sigma, double sigmaHat, NoiseSource noise) {
    if (sigmaHat <= sigma) {
      return sample;
    }
    double scale = sNoise * Math.sqrt(sigmaHat * sigmaHat - sigma * sigma);
    float[] eps = StepArguments.draw(noise, sample.length);
    return WeightedSum.of(1, sample).plus(scale, eps).toFloats();
  }
}
