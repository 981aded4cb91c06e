package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' EulerAncestralDiscreteScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 */
@RecordBuilder
public record EulerAncestralConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps)
    implements DiscreteSchedulerConfig, EulerAncestralConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final EulerAncestralConfig DEFAULTS =
      new EulerAncestralConfig(
          Betas.LINEAR, false, PredictionType.EPSILON, TimestepChoice.LINSPACE);

  /**
   * Checks what the model predicts.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if it is null
   */
  public EulerAncestralConfig {
    DataPrediction.check(predictionType);
  }

  @Override
  public NoiseSchedule noiseSchedule() {
    return DiscreteSchedulerConfig.super.noiseSchedule().withFiniteSigmas();
  }

  @Override
  public EulerAncestralSampler sampler(int numInferenceSteps) {
    return new EulerAncestralSampler(this, numInferenceSteps);
  }
}
