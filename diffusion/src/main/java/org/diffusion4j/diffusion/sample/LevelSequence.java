package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.function.DoubleFunction;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

/** The noise levels of a run of a solver that works in lambda = log(alpha / sigma). */
final class LevelSequence {
  private final double[] timesteps;
  private final double[] sigmas;
  private final NoiseLevel[] levels;

  /**
   * A run of so many steps as there are timesteps.
   *
   * @param sigmas that of each timestep
   * @param finalSigma that which the last step leads to
   * @param level what a sigma means
   * @throws IllegalArgumentException unless the sigmas fall, but for the last two, which may be
   *     equal
   */
  LevelSequence(
      double[] timesteps, double[] sigmas, double finalSigma, DoubleFunction<NoiseLevel> level) {
    int n = timesteps.length;
    this.timesteps = timesteps;
    this.sigmas = Arrays.copyOf(sigmas, n + 1);
    this.sigmas[n] = finalSigma;
    for (int i = 0; i < n; i++) {
      boolean falls = i < n - 1 ? sigmas[i + 1] < sigmas[i] : finalSigma <= sigmas[i];
      Require.that(
          falls,
          "numInferenceSteps",
          n,
          String.format(
              "must be so few that the noise falls with each step, but step %d goes from sigma %s"
                  + " to %s",
              i, this.sigmas[i], this.sigmas[i + 1]));
    }
    levels = Arrays.stream(this.sigmas).mapToObj(level).toArray(NoiseLevel[]::new);
  }

  double[] timesteps() {
    return timesteps.clone();
  }

  double[] sigmas() {
    return sigmas.clone();
  }

  int steps() {
    return timesteps.length;
  }

  /** The level before the step at an index, which is checked. */
  NoiseLevel at(int index) {
    Require.inRange("index", index, 0, timesteps.length - 1);
    return levels[index];
  }

  /** The level that the step at an index leads to. */
  NoiseLevel next(int index) {
    return levels[index + 1];
  }

  /** Whether the step at an index leads to the level that it starts from. */
  boolean staysAt(int index) {
    return sigmas[index] == sigmas[index + 1];
  }

  float[] addNoise(float[] x0, float[] noise, int index) {
    return at(index).mix(x0, noise);
  }
}
