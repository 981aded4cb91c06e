package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' UniPCMultistepScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param sigmaRange the ends of such a spacing
 * @param flowSigmas whether they are those of flow matching
 * @param shiftTerminal the lowest noise level of flow matching before the last step, to which the
 *     others are stretched, in (0, 1); empty to leave them
 * @param finalSigmasType the noise that the last step leaves
 * @param dynamicThresholding whether there is dynamic thresholding
 * @param solverOrder how many outputs of the model the predictor rests on, positive
 * @param predictX0 whether it is in terms of x0, not of the noise
 * @param solverType B(h): BH1 or BH2; that of another solver becomes BH2, as in diffusers
 * @param lowerOrderFinal whether the last steps have a lower order, which keeps them stable
 * @param disableCorrector the steps whose result is not corrected
 * @param solverP must be empty: a predictor of another kind is not supported
 */
@RecordBuilder
public record UniPcConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    @JsonUnwrapped SigmaRange sigmaRange,
    @JsonUnwrapped FlowSigmas flowSigmas,
    OptionalDouble shiftTerminal,
    FinalSigmasType finalSigmasType,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    int solverOrder,
    boolean predictX0,
    SolverType solverType,
    boolean lowerOrderFinal,
    List<Integer> disableCorrector,
    Optional<String> solverP)
    implements DiscreteSchedulerConfig, UniPcConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final UniPcConfig DEFAULTS =
      new UniPcConfig(
          Betas.LINEAR,
          false,
          PredictionType.EPSILON,
          TimestepChoice.LINSPACE,
          SigmaSpacing.TIMESTEPS,
          SigmaRange.TRAINING,
          FlowSigmas.NONE,
          OptionalDouble.empty(),
          FinalSigmasType.ZERO,
          DynamicThresholding.NONE,
          2,
          true,
          SolverType.BH2,
          true,
          List.of(),
          Optional.empty());

  /** What keeps the first level of flow matching from pure noise, where lambda is infinite. */
  private static final double MIN_FLOW_ALPHA = 1e-6;

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a field is null
   */
  public UniPcConfig {
    flowSigmas.check(predictionType, sigmaSpacing);
    shiftTerminal.ifPresent(
        sigma -> Require.that(sigma > 0 && sigma < 1, "shiftTerminal", sigma, "must be in (0, 1)"));
    Require.positive("solverOrder", solverOrder);
    Objects.requireNonNull(solverType, "solverType must not be null");
    Objects.requireNonNull(finalSigmasType, "finalSigmasType must not be null");
    boolean noiseStays = finalSigmasType != FinalSigmasType.ZERO;
    Require.that(
        predictX0 || noiseStays,
        "finalSigmasType",
        finalSigmasType,
        "must be SIGMA_MIN where predictX0 is false: a solver in terms of the noise cannot take all"
            + " of it away");
    Require.that(
        lowerOrderFinal || noiseStays || solverOrder == 1,
        "lowerOrderFinal",
        lowerOrderFinal,
        "must be true for finalSigmasType ZERO: the last step is infinite in lambda");
    Require.that(
        solverP.isEmpty(),
        "solverP",
        solverP.orElse(""),
        "must be null: a predictor of another kind is not supported");
    solverType = solverType == SolverType.BH1 ? SolverType.BH1 : SolverType.BH2;
    disableCorrector = List.copyOf(disableCorrector);
  }

  @Override
  public NoiseSchedule noiseSchedule() {
    return DiscreteSchedulerConfig.super.noiseSchedule().withFiniteSigmas();
  }

  @Override
  public UniPcSampler sampler(int numInferenceSteps) {
    return new UniPcSampler(this, numInferenceSteps);
  }

  SolverOutput output() {
    return new SolverOutput(predictionType, dynamicThresholding, predictX0, Optional.empty());
  }

  NoisePath path(int n) {
    LevelChoice choice = new LevelChoice(noiseSchedule(), timesteps, betas.numTrainTimesteps(), n);
    if (flowSigmas.useFlowSigmas()) {
      double[] sigmas = flow(n);
      return choice.flow(sigmas, finalSigmasType.sigma(sigmas[n - 1]));
    }
    if (sigmaSpacing.isOfTimesteps()) {
      return choice.spaced(sigmaSpacing, finalSigmasType.sigma(choice.table().min()));
    }
    double finalSigma = finalSigmasType.sigma(sigmaRange.sigmaMin().orElse(choice.table().min()));
    return choice.spaced(sigmaSpacing, sigmaRange, sigmaSpacing.useKarrasSigmas(), finalSigma);
  }

  /** From 1 down to above 1 / numTrainTimesteps, shifted and stretched. */
  private double[] flow(int n) {
    double range = 1 - 1.0 / betas.numTrainTimesteps();
    double[] sigmas = new double[n];
    Arrays.setAll(sigmas, i -> flowSigmas.shift(1 - range * i / n));
    double last = Math.min(sigmas[n - 1], 1 - MIN_FLOW_ALPHA);
    double stretch = shiftTerminal.isPresent() ? (1 - shiftTerminal.getAsDouble()) / (1 - last) : 1;
    Arrays.setAll(sigmas, i -> Math.min(1 - (1 - sigmas[i]) * stretch, 1 - MIN_FLOW_ALPHA));
    return sigmas;
  }
}
