package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DPMSolverSinglestepScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts
 * @param varianceType a learned one if the model's output is twice as long as the sample; the
 *     second half has no effect
 * @param lambdaMinClipped the least lambda of a timestep that a run may visit, for schedules that
 *     end in pure noise; minus infinity for no limit
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param flowSigmas whether they are those of flow matching
 * @param finalSigmasType the noise that the last step leaves
 * @param dynamicThresholding whether there is dynamic thresholding
 * @param solver which solver of the family it is
 */
@RecordBuilder
public record DpmSolverSinglestepConfig(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    Optional<VarianceType> varianceType,
    double lambdaMinClipped,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    @JsonUnwrapped FlowSigmas flowSigmas,
    FinalSigmasType finalSigmasType,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    @JsonUnwrapped DpmSolver solver)
    implements DiscreteSchedulerConfig, DpmSolverSinglestepConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DpmSolverSinglestepConfig DEFAULTS =
      new DpmSolverSinglestepConfig(
          Betas.LINEAR,
          PredictionType.EPSILON,
          Optional.empty(),
          Double.NEGATIVE_INFINITY,
          SigmaSpacing.TIMESTEPS,
          FlowSigmas.NONE,
          FinalSigmasType.ZERO,
          DynamicThresholding.NONE,
          DpmSolver.PLUS_PLUS_2M.withLowerOrderFinal(false));

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a field is null
   */
  public DpmSolverSinglestepConfig {
    flowSigmas.check(predictionType, sigmaSpacing);
    solver.check(finalSigmasType);
    LambdaClipping.check(lambdaMinClipped);
  }

  @Override
  public DpmSolverSinglestepSampler sampler(int numInferenceSteps) {
    return new DpmSolverSinglestepSampler(this, numInferenceSteps);
  }

  SolverOutput output() {
    return new SolverOutput(
        predictionType, dynamicThresholding, solver.algorithmType().predictsX0(), varianceType);
  }

  NoisePath path(int numInferenceSteps) {
    NoiseSchedule schedule = noiseSchedule();
    int limit = LambdaClipping.timesteps(schedule, lambdaMinClipped);
    LevelChoice choice =
        new LevelChoice(schedule, TimestepChoice.LINSPACE, limit, numInferenceSteps);
    double finalSigma = finalSigmasType.sigma(choice.table().min());
    return flowSigmas.useFlowSigmas()
        ? choice.flow(flowSigmas, finalSigma)
        : choice.spaced(sigmaSpacing, finalSigma);
  }
}
