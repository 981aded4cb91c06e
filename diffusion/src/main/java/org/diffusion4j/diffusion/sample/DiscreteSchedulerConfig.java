package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;

/** The configs of models that were trained on discrete timesteps with a beta each. */
public interface DiscreteSchedulerConfig extends SchedulerConfig {
  /** The betas that the model was trained with. */
  Betas betas();

  /** What the model predicts. */
  PredictionType predictionType();

  /** Whether they are rescaled so that the last timestep is pure noise. */
  default boolean rescaleBetasZeroSnr() {
    return false;
  }

  /** The forward process that the model was trained on: that of its betas unless said otherwise. */
  default NoiseSchedule noiseSchedule() {
    return betas().noiseSchedule(rescaleBetasZeroSnr());
  }
}
