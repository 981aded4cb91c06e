package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' HeunDiscreteScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param clipping whether the predicted x0 is clipped
 */
@RecordBuilder
public record HeunConfig(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    @JsonUnwrapped Clipping clipping)
    implements DiscreteSchedulerConfig, HeunConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final HeunConfig DEFAULTS =
      new HeunConfig(
          Betas.STABLE_DIFFUSION.withBetaSchedule(BetaSchedule.LINEAR),
          PredictionType.EPSILON,
          TimestepChoice.LINSPACE,
          SigmaSpacing.TIMESTEPS,
          Clipping.NONE);

  /**
   * Checks what the model predicts.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if it is null
   */
  public HeunConfig {
    DataPrediction.check(predictionType);
  }

  @Override
  public HeunSampler sampler(int numInferenceSteps) {
    return new HeunSampler(this, numInferenceSteps);
  }
}
