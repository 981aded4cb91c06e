package org.diffusion4j.diffusion.schedule;

import org.diffusion4j.core.check.Require;

/**
 * The noise of each training timestep in units of the signal, sigma = sqrt((1 - a) / a) with a its
 * alphaCumprod, and what lies between timesteps.
 *
 * <p>In these units a sample is x0 + sigma eps (Karras et al. 2022, Elucidating the Design Space of
 * Diffusion-Based Generative Models).
 */
public final class SigmaTable {
  private final double[] sigmas;

  /**
   * The table of a forward process; where that ends in pure noise, of one {@linkplain
   * NoiseSchedule#withFiniteSigmas with finite sigmas}.
   */
  public SigmaTable(NoiseSchedule schedule) {
    sigmas = new double[schedule.numTrainTimesteps()];
    for (int t = 0; t < sigmas.length; t++) {
      double a = schedule.alphaCumprod(t);
      sigmas[t] = Math.sqrt((1 - a) / a);
    }
  }

  /** The sigma of the first timestep, the least. */
  public double min() {
    return sigmas[0];
  }

  /** The sigma of the last timestep, the greatest. */
  public double max() {
    return sigmas[sigmas.length - 1];
  }

  /**
   * The sigma of a timestep, interpolated linearly between whole ones.
   *
   * @throws IllegalArgumentException unless timestep is from 0 to the last timestep
   */
  public double at(double timestep) {
    int last = sigmas.length - 1;
    Require.that(
        timestep >= 0 && timestep <= last, "timestep", timestep, "must be from 0 to " + last);
    int below = Math.min((int) timestep, Math.max(last - 1, 0));
    int above = Math.min(below + 1, last);
    return sigmas[below] + (timestep - below) * (sigmas[above] - sigmas[below]);
  }

  /** The timestep of a sigma, interpolated by its logarithm; the first or last beyond the table. */
  public double timestep(double sigma) {
    int below = 0;
    while (below < sigmas.length - 2 && sigmas[below + 1] <= sigma) {
      below++;
    }
    int above = Math.min(below + 1, sigmas.length - 1);
    double low = Math.log(sigmas[below]);
    double high = Math.log(sigmas[above]);
    double fraction = high > low ? (Math.log(sigma) - low) / (high - low) : 0;
    return below + Math.min(Math.max(fraction, 0), 1);
  }
}
