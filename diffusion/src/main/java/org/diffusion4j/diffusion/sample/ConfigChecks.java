package org.diffusion4j.diffusion.sample;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/** The fields that the configs of several samplers share. */
final class ConfigChecks {
  private ConfigChecks() {}

  /**
   * The schedule that a config's fields describe.
   *
   * @throws IllegalArgumentException if a field is out of its range
   */
  static NoiseSchedule noiseSchedule(
      BetaSchedule betaSchedule,
      int numTrainTimesteps,
      double betaStart,
      double betaEnd,
      List<Float> trainedBetas,
      boolean rescaleBetasZeroSnr) {
    float[] betas;
    if (trainedBetas.isEmpty()) {
      betas = betaSchedule.betas(numTrainTimesteps, betaStart, betaEnd);
    } else {
      Require.equal(
          "size of trainedBetas", trainedBetas.size(), "numTrainTimesteps", numTrainTimesteps);
      betas = new float[numTrainTimesteps];
      for (int t = 0; t < numTrainTimesteps; t++) {
        betas[t] = trainedBetas.get(t);
      }
    }
    NoiseSchedule schedule = new NoiseSchedule(betas);
    return rescaleBetasZeroSnr ? schedule.withZeroTerminalSnr() : schedule;
  }

  static void requireStepsOffset(int stepsOffset) {
    Require.notNegative("stepsOffset", stepsOffset);
  }
}
