package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' PNDMScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts: epsilon or v_prediction
 * @param timesteps which timesteps a run visits
 * @param skipPrkSteps whether a run begins with multistep steps of lower order (PLMS), not with
 *     Runge-Kutta steps
 * @param setAlphaToOne whether the last step leads to alphaCumprod 1, not to that of timestep 0
 */
@RecordBuilder
public record PndmConfig(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    boolean skipPrkSteps,
    boolean setAlphaToOne)
    implements DiscreteSchedulerConfig, PndmConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final PndmConfig DEFAULTS =
      new PndmConfig(Betas.LINEAR, PredictionType.EPSILON, TimestepChoice.LEADING, false, false);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if predictionType is another
   * @throws NullPointerException if a field is null
   */
  public PndmConfig {
    Objects.requireNonNull(predictionType, "predictionType must not be null");
    Require.that(
        predictionType == PredictionType.EPSILON || predictionType == PredictionType.V_PREDICTION,
        "predictionType",
        predictionType,
        "must be EPSILON or V_PREDICTION for PNDM");
  }

  @Override
  public PndmSampler sampler(int numInferenceSteps) {
    return new PndmSampler(this, numInferenceSteps);
  }
}
