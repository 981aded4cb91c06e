package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' LMSDiscreteScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 */
@RecordBuilder
public record LmsConfig(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped SigmaSpacing sigmaSpacing)
    implements DiscreteSchedulerConfig, LmsConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final LmsConfig DEFAULTS =
      new LmsConfig(
          Betas.LINEAR, PredictionType.EPSILON, TimestepChoice.LINSPACE, SigmaSpacing.TIMESTEPS);

  /**
   * Checks what the model predicts.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if it is null
   */
  public LmsConfig {
    DataPrediction.check(predictionType);
  }

  @Override
  public LmsSampler sampler(int numInferenceSteps) {
    return new LmsSampler(this, numInferenceSteps, LmsSampler.MAX_ORDER);
  }
}
