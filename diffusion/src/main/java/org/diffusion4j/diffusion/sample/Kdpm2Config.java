package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' KDPM2DiscreteScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 */
@RecordBuilder
public record Kdpm2Config(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped SigmaSpacing sigmaSpacing)
    implements DiscreteSchedulerConfig, Kdpm2ConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final Kdpm2Config DEFAULTS =
      new Kdpm2Config(
          Betas.STABLE_DIFFUSION.withBetaSchedule(BetaSchedule.LINEAR),
          PredictionType.EPSILON,
          TimestepChoice.LINSPACE,
          SigmaSpacing.TIMESTEPS);

  /**
   * Checks what the model predicts.
   *
   * @throws IllegalArgumentException if predictionType is that of flow matching
   * @throws NullPointerException if it is null
   */
  public Kdpm2Config {
    DataPrediction.check(predictionType);
  }

  @Override
  public Kdpm2Sampler sampler(int numInferenceSteps) {
    return new Kdpm2Sampler(this, numInferenceSteps);
  }
}
