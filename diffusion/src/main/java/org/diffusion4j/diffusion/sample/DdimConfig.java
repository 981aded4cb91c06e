package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DDIMScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param clipping whether the predicted x0 is clipped
 * @param dynamicThresholding whether there is dynamic thresholding instead
 * @param setAlphaToOne whether the last step leads to alphaCumprod 1, not to that of timestep 0
 */
@RecordBuilder
public record DdimConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped Clipping clipping,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    boolean setAlphaToOne)
    implements DiscreteSchedulerConfig, DdimConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DdimConfig DEFAULTS =
      new DdimConfig(
          Betas.LINEAR,
          false,
          PredictionType.EPSILON,
          TimestepChoice.LEADING,
          Clipping.UNIT,
          DynamicThresholding.NONE,
          true);

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if a field is null
   */
  public DdimConfig {
    DataPrediction.check(predictionType);
  }

  @Override
  public DdimSampler sampler(int numInferenceSteps) {
    return new DdimSampler(this, numInferenceSteps);
  }

  AlphasCumprod alphasCumprod() {
    return new AlphasCumprod(noiseSchedule(), setAlphaToOne);
  }

  DataPrediction dataPrediction() {
    return new DataPrediction(predictionType, dynamicThresholding, clipping);
  }
}
