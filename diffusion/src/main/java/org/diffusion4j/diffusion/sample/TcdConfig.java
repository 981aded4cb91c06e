package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' TCDScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param consistencyTimesteps the timesteps that the model was distilled on
 * @param timesteps has no effect: a run visits timesteps of the distillation
 * @param clipping has no effect
 * @param dynamicThresholding has no effect
 * @param setAlphaToOne has no effect: no step leads below timestep 0
 */
@RecordBuilder
public record TcdConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped ConsistencyTimesteps consistencyTimesteps,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped Clipping clipping,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    boolean setAlphaToOne)
    implements DiscreteSchedulerConfig, TcdConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final TcdConfig DEFAULTS =
      new TcdConfig(
          Betas.STABLE_DIFFUSION,
          false,
          PredictionType.EPSILON,
          ConsistencyTimesteps.DEFAULTS,
          TimestepChoice.LEADING,
          Clipping.NONE,
          DynamicThresholding.NONE,
          true);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching, or
   *     originalInferenceSteps more than numTrainTimesteps
   * @throws NullPointerException if a field is null
   */
  public TcdConfig {
    DataPrediction.check(predictionType);
    consistencyTimesteps.requireAtMost(betas.numTrainTimesteps());
  }

  /** A run with diffusers' eta of 0.3. */
  @Override
  public TcdSampler sampler(int numInferenceSteps) {
    return new TcdSampler(this, numInferenceSteps, TcdSampler.DEFAULT_ETA);
  }
}
