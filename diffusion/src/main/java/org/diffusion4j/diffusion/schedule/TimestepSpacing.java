package org.diffusion4j.diffusion.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which of the training timesteps a shorter sampling run visits (Lin et al. 2024, Common Diffusion
 * Noise Schedules and Sample Steps are Flawed, table 2).
 */
public enum TimestepSpacing {
  /** Multiples of the step ratio from 0 on, plus the offset: the last timestep is left out. */
  @JsonProperty("leading")
  LEADING {
    @Override
    double timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      int ratio = numTrainTimesteps / numInferenceSteps;
      return (double) i * ratio + stepsOffset;
    }
  },

  /** Evenly from the first to the last timestep. */
  @JsonProperty("linspace")
  LINSPACE {
    @Override
    double timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      double step =
          numInferenceSteps == 1 ? 0 : (numTrainTimesteps - 1.0) / (numInferenceSteps - 1);
      return i * step;
    }
  },

  /** Multiples of the step ratio from the last timestep down: the first one is left out. */
  @JsonProperty("trailing")
  TRAILING {
    @Override
    double timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset) {
      double ratio = numTrainTimesteps / (double) numInferenceSteps;
      // The step as numpy.arange rounds it, which decides the ties.
      double step = (numTrainTimesteps - ratio) - numTrainTimesteps;
      return Math.rint(numTrainTimesteps + (numInferenceSteps - 1 - i) * step) - 1;
    }
  };

  /** The i-th lowest timestep; whole but for linspace. */
  abstract double timestep(int i, int numTrainTimesteps, int numInferenceSteps, int stepsOffset);
}
