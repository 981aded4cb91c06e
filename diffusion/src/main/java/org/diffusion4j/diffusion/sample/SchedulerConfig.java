package org.diffusion4j.diffusion.sample;

import java.util.List;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * What the configs of all samplers say: the forward process that the model was trained on, what it
 * predicts, and how a run chooses its timesteps.
 */
public interface SchedulerConfig {
  /** The timesteps that the model was trained on. */
  int numTrainTimesteps();

  /** The first beta, in (0, 1). */
  double betaStart();

  /** The last beta, from betaStart to below 1. */
  double betaEnd();

  /** How beta grows. */
  BetaSchedule betaSchedule();

  /** The betas themselves, in place of the three before; empty for none. */
  List<Float> trainedBetas();

  /** Whether the betas are rescaled so that the last timestep is pure noise. */
  boolean rescaleBetasZeroSnr();

  /** What the model predicts. */
  PredictionType predictionType();

  /** Which timesteps a run visits. */
  TimestepSpacing timestepSpacing();

  /** What leading spacing adds to every timestep, at least 0. */
  int stepsOffset();

  /** The forward process that the model was trained on. */
  default NoiseSchedule noiseSchedule() {
    return ConfigChecks.noiseSchedule(
        numTrainTimesteps(),
        betaStart(),
        betaEnd(),
        betaSchedule(),
        trainedBetas(),
        rescaleBetasZeroSnr());
  }

  /**
   * The timesteps of a run, highest first, [numInferenceSteps].
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps and
   *     the offset leaves all timesteps below numTrainTimesteps
   */
  default int[] timesteps(int numInferenceSteps) {
    return timestepSpacing().timesteps(numTrainTimesteps(), numInferenceSteps, stepsOffset());
  }
}
