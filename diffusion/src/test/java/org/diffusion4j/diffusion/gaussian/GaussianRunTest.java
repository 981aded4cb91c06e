package org.diffusion4j.diffusion.gaussian;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every sampler that takes noise away, on data for which the exact answer is known. */
class GaussianRunTest {
  private static final double MEAN = 0.7;
  private static final GaussianData DATA = new GaussianData(MEAN, 0.5);

  private static SchedulerConfig config(SchedulerType type) {
    return GaussianRun.config(type, TimestepChoice.LEADING);
  }

  private static double error(SchedulerType type, int steps) {
    return new GaussianRun(DATA, config(type), steps).error();
  }

  /** The power of the step size with which the error of a sampler falls. */
  private static double order(SchedulerType type) {
    return switch (type) {
      case DDPM, EULER_ANCESTRAL -> 0.8;
      case DDIM, EULER, FLOW_MATCH_EULER, EDM_EULER -> 1;
      // 2 where there is much noise, 1 where there is little.
      case PNDM -> 1.5;
      case HEUN, KDPM2, KDPM2_ANCESTRAL, FLOW_MATCH_HEUN -> 2;
      case DPM_SOLVER_MULTISTEP, DPM_SOLVER_SINGLESTEP, DEIS, EDM_DPM_SOLVER_MULTISTEP -> 2;
      case LMS, UNI_PC -> 3;
      case LCM, TCD, DDIM_INVERSE -> throw new IllegalArgumentException(type + " has no order");
    };
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"DDIM_INVERSE", "LCM", "TCD"})
  void errorsFallAtTheSamplersOrder(SchedulerType type) {
    double measured = Math.log(error(type, 50) / error(type, 200)) / Math.log(4);
    assertEquals(order(type), measured, 0.25 * order(type), type + " is of order " + measured);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "DDIM_INVERSE")
  void everySamplerReachesTheMean(SchedulerType type) {
    assertEquals(MEAN, new GaussianRun(DATA, config(type), 50).mean(), 1e-3);
  }

  /** What is asked of it is the whole way, which it goes in one step. */
  @ParameterizedTest
  @EnumSource(names = "LCM")
  void aConsistencyModelNeedsNoSmallSteps(SchedulerType type) {
    for (int steps : new int[] {1, 2, 5, 50}) {
      assertTrue(error(type, steps) < 1e-5, steps + " steps: " + error(type, steps));
    }
  }
}
