package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.util.List;
import java.util.Objects;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * The fields of diffusers' DDPMScheduler in {@code scheduler_config.json}.
 *
 * <p>The builder starts from the defaults of diffusers.
 *
 * @param numTrainTimesteps the timesteps that the model was trained on
 * @param betaStart the first beta, in (0, 1)
 * @param betaEnd the last beta, from betaStart to 1
 * @param betaSchedule how beta grows
 * @param trainedBetas the betas themselves, [numTrainTimesteps], in place of the three before;
 *     empty (or null) for none
 * @param varianceType the variance of a step
 * @param clipSample whether to clip the predicted x0
 * @param predictionType what the model predicts
 * @param thresholding whether to do dynamic thresholding instead of clipping; not for latents
 * @param dynamicThresholdingRatio the quantile of |x0| that becomes the threshold, in [0, 1]
 * @param clipSampleRange the largest |x0| when clipping, above 0
 * @param sampleMaxValue the highest threshold, at least 1
 * @param timestepSpacing which timesteps a run visits
 * @param stepsOffset what leading spacing adds to every timestep, at least 0
 * @param rescaleBetasZeroSnr whether to rescale the betas so that the last timestep is pure noise
 */
@JsonDeserialize(builder = DdpmConfig.Builder.class)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DdpmConfig(
    int numTrainTimesteps,
    double betaStart,
    double betaEnd,
    BetaSchedule betaSchedule,
    List<Float> trainedBetas,
    VarianceType varianceType,
    boolean clipSample,
    PredictionType predictionType,
    boolean thresholding,
    double dynamicThresholdingRatio,
    double clipSampleRange,
    double sampleMaxValue,
    TimestepSpacing timestepSpacing,
    int stepsOffset,
    boolean rescaleBetasZeroSnr)
    implements SchedulerConfig {

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if an enum is null
   */
  public DdpmConfig {
    trainedBetas = trainedBetas == null ? List.of() : List.copyOf(trainedBetas);
    Objects.requireNonNull(varianceType, "varianceType must not be null");
    ConfigChecks.check(predictionType, timestepSpacing, stepsOffset);
    ConfigChecks.noiseSchedule(
        numTrainTimesteps, betaStart, betaEnd, betaSchedule, trainedBetas, rescaleBetasZeroSnr);
    SampleClipping.check(dynamicThresholdingRatio, sampleMaxValue, clipSampleRange);
  }

  /**
   * The config for a model whose scheduler is DDIM's: the same forward process, prediction and
   * timesteps, with the posterior's variance as the noise of a step.
   */
  public static DdpmConfig from(DdimConfig config) {
    return builder()
        .numTrainTimesteps(config.numTrainTimesteps())
        .betaStart(config.betaStart())
        .betaEnd(config.betaEnd())
        .betaSchedule(config.betaSchedule())
        .trainedBetas(config.trainedBetas())
        .clipSample(config.clipSample())
        .predictionType(config.predictionType())
        .thresholding(config.thresholding())
        .dynamicThresholdingRatio(config.dynamicThresholdingRatio())
        .clipSampleRange(config.clipSampleRange())
        .sampleMaxValue(config.sampleMaxValue())
        .timestepSpacing(config.timestepSpacing())
        .stepsOffset(config.stepsOffset())
        .rescaleBetasZeroSnr(config.rescaleBetasZeroSnr())
        .build();
  }

  /** The defaults of diffusers, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  DataPrediction dataPrediction() {
    return new DataPrediction(
        predictionType,
        new SampleClipping(
            thresholding, dynamicThresholdingRatio, sampleMaxValue, clipSample, clipSampleRange));
  }

  /** Collects the fields of a config. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  @JsonPOJOBuilder(withPrefix = "")
  public static final class Builder {
    private int numTrainTimesteps = 1000;
    private double betaStart = 0.0001;
    private double betaEnd = 0.02;
    private BetaSchedule betaSchedule = BetaSchedule.LINEAR;
    private List<Float> trainedBetas = List.of();
    private VarianceType varianceType = VarianceType.FIXED_SMALL;
    private boolean clipSample = true;
    private PredictionType predictionType = PredictionType.EPSILON;
    private boolean thresholding = false;
    private double dynamicThresholdingRatio = 0.995;
    private double clipSampleRange = 1;
    private double sampleMaxValue = 1;
    private TimestepSpacing timestepSpacing = TimestepSpacing.LEADING;
    private int stepsOffset = 0;
    private boolean rescaleBetasZeroSnr = false;

    private Builder() {}

    public Builder numTrainTimesteps(int numTrainTimesteps) {
      this.numTrainTimesteps = numTrainTimesteps;
      return this;
    }

    public Builder betaStart(double betaStart) {
      this.betaStart = betaStart;
      return this;
    }

    public Builder betaEnd(double betaEnd) {
      this.betaEnd = betaEnd;
      return this;
    }

    public Builder betaSchedule(BetaSchedule betaSchedule) {
      this.betaSchedule = betaSchedule;
      return this;
    }

    public Builder trainedBetas(List<Float> trainedBetas) {
      this.trainedBetas = trainedBetas;
      return this;
    }

    public Builder varianceType(VarianceType varianceType) {
      this.varianceType = varianceType;
      return this;
    }

    public Builder clipSample(boolean clipSample) {
      this.clipSample = clipSample;
      return this;
    }

    public Builder predictionType(PredictionType predictionType) {
      this.predictionType = predictionType;
      return this;
    }

    public Builder thresholding(boolean thresholding) {
      this.thresholding = thresholding;
      return this;
    }

    public Builder dynamicThresholdingRatio(double dynamicThresholdingRatio) {
      this.dynamicThresholdingRatio = dynamicThresholdingRatio;
      return this;
    }

    public Builder clipSampleRange(double clipSampleRange) {
      this.clipSampleRange = clipSampleRange;
      return this;
    }

    public Builder sampleMaxValue(double sampleMaxValue) {
      this.sampleMaxValue = sampleMaxValue;
      return this;
    }

    public Builder timestepSpacing(TimestepSpacing timestepSpacing) {
      this.timestepSpacing = timestepSpacing;
      return this;
    }

    public Builder stepsOffset(int stepsOffset) {
      this.stepsOffset = stepsOffset;
      return this;
    }

    public Builder rescaleBetasZeroSnr(boolean rescaleBetasZeroSnr) {
      this.rescaleBetasZeroSnr = rescaleBetasZeroSnr;
      return this;
    }

    /**
     * The config.
     *
     * @throws IllegalArgumentException if a field is out of its range
     */
    public DdpmConfig build() {
      return new DdpmConfig(
          numTrainTimesteps,
          betaStart,
          betaEnd,
          betaSchedule,
          trainedBetas,
          varianceType,
          clipSample,
          predictionType,
          thresholding,
          dynamicThresholdingRatio,
          clipSampleRange,
          sampleMaxValue,
          timestepSpacing,
          stepsOffset,
          rescaleBetasZeroSnr);
    }
  }
}
