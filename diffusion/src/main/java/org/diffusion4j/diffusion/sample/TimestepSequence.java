package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;

/** The training timesteps of a run. */
final class TimestepSequence {
  private final int[] timesteps;

  /** A run over timesteps that are known to be those of the training. */
  TimestepSequence(int[] timesteps) {
    this.timesteps = timesteps.clone();
  }

  /**
   * A run over timesteps of a caller's choice.
   *
   * @throws IllegalArgumentException unless they fall from below numTrainTimesteps to at least 0
   */
  static TimestepSequence falling(int[] timesteps, int numTrainTimesteps) {
    Require.positive("number of timesteps", timesteps.length);
    int limit = numTrainTimesteps;
    for (int i = 0; i < timesteps.length; i++) {
      if (timesteps[i] < 0 || timesteps[i] >= limit) {
        String rule = i == 0 ? "numTrainTimesteps" : "the one before";
        throw new IllegalArgumentException(
            String.format(
                "timesteps[%d] (=%d) must be at least 0 and below %s (=%d)",
                i, timesteps[i], rule, limit));
      }
      limit = timesteps[i];
    }
    return new TimestepSequence(timesteps);
  }

  /** The same from the last to the first. */
  TimestepSequence reversed() {
    int last = timesteps.length - 1;
    int[] reversed = new int[timesteps.length];
    Arrays.setAll(reversed, i -> timesteps[last - i]);
    return new TimestepSequence(reversed);
  }

  double[] toDoubles() {
    return Arrays.stream(timesteps).asDoubleStream().toArray();
  }

  int size() {
    return timesteps.length;
  }

  /** The timestep at an index, which is checked. */
  int at(int index) {
    Require.inRange("index", index, 0, timesteps.length - 1);
    return timesteps[index];
  }

  /** The timestep that the step at an index leads to, -1 after the last. */
  int next(int index) {
    return index + 1 < timesteps.length ? timesteps[index + 1] : -1;
  }
}
