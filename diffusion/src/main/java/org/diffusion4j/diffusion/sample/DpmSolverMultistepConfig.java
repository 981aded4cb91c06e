package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DPMSolverMultistepScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param rescaleBetasZeroSnr whether they are rescaled so that the last timestep is pure noise
 * @param predictionType what the model predicts
 * @param varianceType a learned one if the model's output is twice as long as the sample; the
 *     second half has no effect
 * @param timesteps which timesteps a run visits
 * @param lambdaMinClipped the least lambda of a timestep that a run may visit, for schedules that
 *     end in pure noise; minus infinity for no limit
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param useLuLambdas whether they lie evenly in lambda (Lu et al. 2022, DPM-Solver)
 * @param flowSigmas whether they are those of flow matching
 * @param finalSigmasType the noise that the last step leaves
 * @param dynamicThresholding whether there is dynamic thresholding
 * @param solver which solver of the family it is
 * @param eulerAtFinal whether the last step is of order 1, however long the run is
 */
@RecordBuilder
public record DpmSolverMultistepConfig(
    @JsonUnwrapped Betas betas,
    boolean rescaleBetasZeroSnr,
    PredictionType predictionType,
    Optional<VarianceType> varianceType,
    @JsonUnwrapped TimestepChoice timesteps,
    double lambdaMinClipped,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    boolean useLuLambdas,
    @JsonUnwrapped FlowSigmas flowSigmas,
    FinalSigmasType finalSigmasType,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    @JsonUnwrapped DpmSolver solver,
    boolean eulerAtFinal)
    implements DiscreteSchedulerConfig, DpmSolverMultistepConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DpmSolverMultistepConfig DEFAULTS =
      new DpmSolverMultistepConfig(
          Betas.LINEAR,
          false,
          PredictionType.EPSILON,
          Optional.empty(),
          TimestepChoice.LINSPACE,
          Double.NEGATIVE_INFINITY,
          SigmaSpacing.TIMESTEPS,
          false,
          FlowSigmas.NONE,
          FinalSigmasType.ZERO,
          DynamicThresholding.NONE,
          DpmSolver.PLUS_PLUS_2M,
          false);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a field is null
   */
  public DpmSolverMultistepConfig {
    flowSigmas.check(predictionType, sigmaSpacing);
    solver.check(finalSigmasType);
    Require.that(
        !(useLuLambdas && (flowSigmas.useFlowSigmas() || !sigmaSpacing.isOfTimesteps())),
        "useLuLambdas",
        true,
        "must be false, since the sigmas have another spacing");
    LambdaClipping.check(lambdaMinClipped);
  }

  @Override
  public NoiseSchedule noiseSchedule() {
    return DiscreteSchedulerConfig.super.noiseSchedule().withFiniteSigmas();
  }

  @Override
  public DpmSolverMultistepSampler sampler(int numInferenceSteps) {
    return new DpmSolverMultistepSampler(this, numInferenceSteps);
  }

  SolverOutput output() {
    return new SolverOutput(
        predictionType, dynamicThresholding, solver.algorithmType().predictsX0(), varianceType);
  }

  NoisePath path(int numInferenceSteps) {
    NoiseSchedule schedule = noiseSchedule();
    int limit = LambdaClipping.timesteps(schedule, lambdaMinClipped);
    LevelChoice choice = new LevelChoice(schedule, timesteps, limit, numInferenceSteps);
    double finalSigma = finalSigmasType.sigma(choice.table().min());
    if (flowSigmas.useFlowSigmas()) {
      return choice.flow(flowSigmas, finalSigma);
    }
    if (!useLuLambdas && !sigmaSpacing.useKarrasSigmas()) {
      return choice.spaced(sigmaSpacing, finalSigma);
    }
    SigmaSpacing spacing = useLuLambdas ? SigmaSpacing.EXPONENTIAL : sigmaSpacing;
    boolean nearest = betas.betaSchedule() != BetaSchedule.SQUAREDCOS_CAP_V2;
    return choice.spaced(spacing, SigmaRange.TRAINING, nearest, finalSigma);
  }
}
