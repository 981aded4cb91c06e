package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' EulerDiscreteScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param interpolationType where the sigmas between training timesteps lie
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param sigmaRange the ends of such a spacing
 * @param timestepType what the model is told of the noise; has an effect with v-prediction only
 * @param finalSigmasType the noise that the last step leaves
 */
@RecordBuilder
public record EulerConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    InterpolationType interpolationType,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    @JsonUnwrapped SigmaRange sigmaRange,
    TimestepType timestepType,
    FinalSigmasType finalSigmasType)
    implements DiscreteSchedulerConfig, EulerConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final EulerConfig DEFAULTS =
      new EulerConfig(
          Betas.LINEAR,
          false,
          PredictionType.EPSILON,
          TimestepChoice.LINSPACE,
          InterpolationType.LINEAR,
          SigmaSpacing.TIMESTEPS,
          SigmaRange.TRAINING,
          TimestepType.DISCRETE,
          FinalSigmasType.ZERO);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a field is null
   */
  public EulerConfig {
    DataPrediction.check(predictionType);
    Objects.requireNonNull(interpolationType, "interpolationType must not be null");
    Objects.requireNonNull(timestepType, "timestepType must not be null");
    Objects.requireNonNull(finalSigmasType, "finalSigmasType must not be null");
  }

  @Override
  public NoiseSchedule noiseSchedule() {
    return DiscreteSchedulerConfig.super.noiseSchedule().withFiniteSigmas();
  }

  @Override
  public EulerSampler sampler(int numInferenceSteps) {
    return new EulerSampler(this, numInferenceSteps, Churn.NONE);
  }
}
