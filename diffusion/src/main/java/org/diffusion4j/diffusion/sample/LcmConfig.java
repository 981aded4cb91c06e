package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' LCMScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param consistencyTimesteps the timesteps that the model was distilled on
 * @param timesteps has no effect: a run visits timesteps of the distillation
 * @param clipping whether the predicted x0 is clipped
 * @param dynamicThresholding whether there is dynamic thresholding instead
 * @param setAlphaToOne has no effect: no step leads below timestep 0
 */
@RecordBuilder
public record LcmConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped ConsistencyTimesteps consistencyTimesteps,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped Clipping clipping,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    boolean setAlphaToOne)
    implements DiscreteSchedulerConfig, LcmConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final LcmConfig DEFAULTS =
      new LcmConfig(
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
  public LcmConfig {
    DataPrediction.check(predictionType);
    consistencyTimesteps.requireAtMost(betas.numTrainTimesteps());
  }

  @Override
  public LcmSampler sampler(int numInferenceSteps) {
    return new LcmSampler(this, numInferenceSteps);
  }

  DataPrediction dataPrediction() {
    return new DataPrediction(predictionType, dynamicThresholding, clipping);
  }
}
