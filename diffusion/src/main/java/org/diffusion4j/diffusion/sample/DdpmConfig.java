package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DDPMScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param clipping whether the predicted x0 is clipped
 * @param dynamicThresholding whether there is dynamic thresholding instead
 * @param varianceType how much noise a step adds
 */
@RecordBuilder
public record DdpmConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped Clipping clipping,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    VarianceType varianceType)
    implements DiscreteSchedulerConfig, DdpmConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DdpmConfig DEFAULTS =
      new DdpmConfig(
          Betas.LINEAR,
          false,
          PredictionType.EPSILON,
          TimestepChoice.LEADING,
          Clipping.UNIT,
          DynamicThresholding.NONE,
          VarianceType.FIXED_SMALL);

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if a field is null
   */
  public DdpmConfig {
    DataPrediction.check(predictionType);
    Objects.requireNonNull(varianceType, "varianceType must not be null");
  }

  @Override
  public DdpmSampler sampler(int numInferenceSteps) {
    return new DdpmSampler(this, numInferenceSteps);
  }

  DataPrediction dataPrediction() {
    return new DataPrediction(predictionType, dynamicThresholding, clipping);
  }
}
