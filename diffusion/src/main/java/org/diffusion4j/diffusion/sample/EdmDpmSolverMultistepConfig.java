package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The config of diffusers' EDMDPMSolverMultistepScheduler.
 *
 * @param edm the noise that the model was trained on
 * @param predictionType what the model predicts: epsilon or v_prediction
 * @param finalSigmasType the noise that the last step leaves
 * @param dynamicThresholding whether there is dynamic thresholding
 * @param solver which solver of the family it is; one in terms of x0
 * @param eulerAtFinal whether the last step is of order 1, however long the run is
 */
@RecordBuilder
public record EdmDpmSolverMultistepConfig(
    @JsonUnwrapped EdmSchedule edm,
    PredictionType predictionType,
    FinalSigmasType finalSigmasType,
    @JsonUnwrapped DynamicThresholding dynamicThresholding,
    @JsonUnwrapped DpmSolver solver,
    boolean eulerAtFinal)
    implements SchedulerConfig, EdmDpmSolverMultistepConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final EdmDpmSolverMultistepConfig DEFAULTS =
      new EdmDpmSolverMultistepConfig(
          EdmSchedule.KARRAS,
          PredictionType.EPSILON,
          FinalSigmasType.ZERO,
          DynamicThresholding.NONE,
          DpmSolver.PLUS_PLUS_2M,
          false);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if predictionType is another or the solver is in terms of the
   *     noise
   * @throws NullPointerException if a field is null
   */
  public EdmDpmSolverMultistepConfig {
    edm.preconditioning(predictionType);
    solver.check(finalSigmasType);
    Require.that(
        solver.algorithmType().predictsX0(),
        "algorithmType",
        solver.algorithmType(),
        "must be in terms of x0 for EDM: DPMSOLVER_PLUS_PLUS or SDE_DPMSOLVER_PLUS_PLUS");
  }

  @Override
  public EdmDpmSolverMultistepSampler sampler(int numInferenceSteps) {
    return new EdmDpmSolverMultistepSampler(this, numInferenceSteps);
  }
}
