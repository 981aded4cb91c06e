package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DDIMInverseScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param clipping whether the predicted x0 is clipped
 * @param setAlphaToOne whether the first step begins at alphaCumprod 1, not at that of timestep 0;
 *     not for models that predict x0, which say nothing about the noise of a clean sample
 */
@RecordBuilder
public record DdimInverseConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped Clipping clipping,
    boolean setAlphaToOne)
    implements DiscreteSchedulerConfig, DdimInverseConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DdimInverseConfig DEFAULTS =
      new DdimInverseConfig(
          Betas.LINEAR, false, PredictionType.EPSILON, TimestepChoice.LEADING, Clipping.UNIT, true);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching, or x0 with
   *     setAlphaToOne
   * @throws NullPointerException if a field is null
   */
  public DdimInverseConfig {
    DataPrediction.check(predictionType);
    Require.that(
        !(setAlphaToOne && predictionType == PredictionType.SAMPLE),
        "setAlphaToOne",
        true,
        "must be false for predictionType SAMPLE: x0 says nothing about the noise of itself");
  }

  @Override
  public DdimInverseSampler sampler(int numInferenceSteps) {
    return new DdimInverseSampler(this, numInferenceSteps);
  }
}
