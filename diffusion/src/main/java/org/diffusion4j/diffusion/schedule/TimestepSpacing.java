package org.diffusion4j.diffusion.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.core.check.Require;

/**
 * Which of the training timesteps a shorter sampling run visits (Lin et al. 2024, Common Diffusion
 * Noise Schedules and Sample Steps are Flawed, table 2).
 */
public enum TimestepSpacing {
  /** Multiples of the step ratio from 0 on, plus the offset: the last timestep is left out. */
  @JsonProperty("leading")
  LEADING {
    @Override
    long timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      return (long) i * (numTrainTimesteps / numInferenceSteps) + stepsOffset;
    }
  },

  /** Evenly from the first to the last timestep. */
  @JsonProperty("linspace")
  LINSPACE {
    @Override
    long timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      double step =
          numInferenceSteps == 1 ? 0 : (numTrainTimesteps - 1.0) / (numInferenceSteps - 1);
      return (long) Math.rint(i * step);
    }
  },

  /** Multiples of the step ratio from the last timestep down: the first one is left out. */
  @JsonProperty("trailing")
  TRAILING {
    @Override
    long timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      double ratio = numTrainTimesteps / (double) numInferenceSteps;
      // The step as numpy.arange rounds it, which decides the ties.
      double step = (numTrainTimesteps - ratio) - numTrainTimesteps;
      return (long) Math.rint(numTrainTimesteps + (numInferenceSteps - 1 - i) * step) - 1;
    }
  };

  /** The i-th lowest timestep. */
  abstract long timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset);

  /**
   * The timesteps of a run, highest first, [numInferenceSteps], in [0, numTrainTimesteps).
   *
   * @param stepsOffset what leading spacing adds to every timestep; the others take no account of
   *     it
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps and
   *     the offset leaves all timesteps below numTrainTimesteps
   */
  public int[] timesteps(int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
    Require.positive("numInferenceSteps", numInferenceSteps);
    Require.atMost("numInferenceSteps", numInferenceSteps, "numTrainTimesteps", numTrainTimesteps);
    int[] timesteps = new int[numInferenceSteps];
    for (int i = 0; i < numInferenceSteps; i++) {
      long t = timestep(i, numTrainTimesteps, numInferenceSteps, stepsOffset);
      if (t < 0 || t >= numTrainTimesteps) {
        throw new IllegalArgumentException(
            "stepsOffset (="
                + stepsOffset
                + ") must leave all timesteps below numTrainTimesteps (="
                + numTrainTimesteps
                + "), but with numInferenceSteps "
                + numInferenceSteps
                + " makes "
                + t);
      }
      timesteps[numInferenceSteps - 1 - i] = (int) t;
    }
    return timesteps;
  }
}
