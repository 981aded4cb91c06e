package org.diffusion4j.diffusion.sample;

import java.util.List;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/** The rules of {@link SchedulerConfig}, for the constructors of its records. */
final class ConfigChecks {
  private ConfigChecks() {}

  /**
   * Checks how a run chooses its timesteps and what the model predicts.
   *
   * @throws IllegalArgumentException if stepsOffset is negative
   * @throws NullPointerException if an enum is null
   */
  static void check(
      PredictionType predictionType, TimestepSpacing timestepSpacing, int stepsOffset) {
    Objects.requireNonNull(predictionType, "predictionType must not be null");
    Objects.requireNonNull(timestepSpacing, "timestepSpacing must not be null");
    Require.notNegative("stepsOffset", stepsOffset);
  }

  /**
   * The forward process that a config's fields describe.
   *
   * @throws IllegalArgumentException if a field is out of its range
   * @throws NullPointerException if betaSchedule is null
   */
  static NoiseSchedule noiseSchedule(
      int numTrainTimesteps,
      double betaStart,
      double betaEnd,
      BetaSchedule betaSchedule,
      List<Float> trainedBetas,
      boolean rescaleBetasZeroSnr) {
    Objects.requireNonNull(betaSchedule, "betaSchedule must not be null");
    NoiseSchedule schedule =
        new NoiseSchedule(
            trainedBetas.isEmpty()
                ? betaSchedule.betas(numTrainTimesteps, betaStart, betaEnd)
                : betas(trainedBetas, numTrainTimesteps));
    return rescaleBetasZeroSnr ? schedule.withZeroTerminalSnr() : schedule;
  }

  private static float[] betas(List<Float> trainedBetas, int numTrainTimesteps) {
    Require.equal(
        "size of trainedBetas", trainedBetas.size(), "numTrainTimesteps", numTrainTimesteps);
    float[] betas = new float[numTrainTimesteps];
    for (int t = 0; t < numTrainTimesteps; t++) {
      betas[t] = trainedBetas.get(t);
    }
    return betas;
  }
}
