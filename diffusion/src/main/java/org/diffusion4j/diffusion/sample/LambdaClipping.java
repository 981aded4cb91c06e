package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/** Timesteps of almost pure noise that a run leaves out, where a cosine schedule is unstable. */
final class LambdaClipping {
  private LambdaClipping() {}

  static void check(double lambdaMinClipped) {
    Require.that(
        lambdaMinClipped < Double.POSITIVE_INFINITY,
        "lambdaMinClipped",
        lambdaMinClipped,
        "must be finite or minus infinity");
  }

  /**
   * How many of the training timesteps have at least that lambda: the first ones.
   *
   * @throws IllegalArgumentException if none has
   */
  static int timesteps(NoiseSchedule schedule, double lambdaMinClipped) {
    int count = schedule.numTrainTimesteps();
    while (count > 0 && schedule.level(count - 1).lambda() < lambdaMinClipped) {
      count--;
    }
    Require.that(
        count > 0,
        "lambdaMinClipped",
        lambdaMinClipped,
        "must be at most " + schedule.level(0).lambda() + ", the lambda of the first timestep");
    return count;
  }
}
