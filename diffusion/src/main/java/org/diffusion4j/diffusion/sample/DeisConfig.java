package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The config of diffusers' DEISMultistepScheduler.
 *
 * @param betas the betas that the model was trained with
 * @param predictionType what the model predicts
 * @param timesteps which timesteps a run visits
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param flowSigmas must not be used: the last step would leave all of its noise
 * @param dynamicThresholding whether there is dynamic thresholding
 * @param solverOrder how many outputs of the model a step rests on, 1 to 3
 * @param algorithmType always DEIS: that of another solver of the ODE becomes it
 * @param solverType always LOGRHO: that of another solver becomes it
 * @param lowerOrderFinal whether the last steps of a short run have a lower order, which keeps it
 *     stable
 */
@RecordBuilder
public record DeisConfig(
    @JsonUnwrapped Betas betas,
    PredictionType predictionType,
    @JsonUnwrapped TimestepChoice timesteps,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    @JsonUnwrapped FlowSigmas flowSigmas,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    int solverOrder,
    AlgorithmType algorithmType,
    SolverType solverType,
    boolean lowerOrderFinal)
    implements DiscreteSchedulerConfig, DeisConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final DeisConfig DEFAULTS =
      new DeisConfig(
          Betas.LINEAR,
          PredictionType.EPSILON,
          TimestepChoice.LINSPACE,
          SigmaSpacing.TIMESTEPS,
          FlowSigmas.NONE,
          DynamicThresholding.NONE,
          2,
          AlgorithmType.DEIS,
          SolverType.LOGRHO,
          true);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a field is null
   */
  public DeisConfig {
    DataPrediction.check(predictionType);
    Objects.requireNonNull(algorithmType, "algorithmType must not be null");
    Objects.requireNonNull(solverType, "solverType must not be null");
    Require.inRange("solverOrder", solverOrder, 1, DpmSolver.MAX_ORDER);
    Require.that(
        !algorithmType.isStochastic(),
        "algorithmType",
        algorithmType,
        "must be that of an ODE for DEIS");
    Require.that(
        !flowSigmas.useFlowSigmas(),
        "useFlowSigmas",
        true,
        "must be false for DEIS, whose last step would leave all of its noise");
    algorithmType = AlgorithmType.DEIS;
    solverType = SolverType.LOGRHO;
  }

  @Override
  public DeisSampler sampler(int numInferenceSteps) {
    return new DeisSampler(this, numInferenceSteps);
  }
}
