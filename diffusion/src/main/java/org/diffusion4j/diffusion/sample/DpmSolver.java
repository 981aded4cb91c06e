package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.core.check.Require;

/**
 * Which solver of the DPM-Solver family it is.
 *
 * @param solverOrder how many outputs of the model a step rests on, 1 to 3
 * @param algorithmType what it solves
 * @param solverType how a step of order 2 or, single-step, 3 integrates
 * @param lowerOrderFinal whether the last steps of a short run have a lower order, which keeps it
 *     stable
 */
@RecordBuilder
public record DpmSolver(
    int solverOrder, AlgorithmType algorithmType, SolverType solverType, boolean lowerOrderFinal)
    implements DpmSolverBuilder.With {

  /** DPM-Solver++(2M) (Lu et al. 2022). */
  public static final DpmSolver PLUS_PLUS_2M =
      new DpmSolver(2, AlgorithmType.DPMSOLVER_PLUS_PLUS, SolverType.MIDPOINT, true);

  static final int MAX_ORDER = 3;

  /**
   * Checks the fields; types of other solvers' configs become DPM-Solver++ and midpoint, as in
   * diffusers.
   *
   * @throws IllegalArgumentException unless solverOrder is from 1 to 3
   * @throws NullPointerException if a field is null
   */
  public DpmSolver {
    Require.inRange("solverOrder", solverOrder, 1, MAX_ORDER);
    Objects.requireNonNull(algorithmType, "algorithmType must not be null");
    Objects.requireNonNull(solverType, "solverType must not be null");
    algorithmType =
        algorithmType == AlgorithmType.DEIS ? AlgorithmType.DPMSOLVER_PLUS_PLUS : algorithmType;
    solverType = solverType == SolverType.HEUN ? SolverType.HEUN : SolverType.MIDPOINT;
  }

  /** Checks that the solver can end there. */
  void check(FinalSigmasType finalSigmasType) {
    Objects.requireNonNull(finalSigmasType, "finalSigmasType must not be null");
    Require.that(
        algorithmType.predictsX0() || finalSigmasType != FinalSigmasType.ZERO,
        "finalSigmasType",
        finalSigmasType,
        "must be SIGMA_MIN for algorithmType "
            + algorithmType
            + ": a solver in terms of the noise cannot take all of it away");
  }
}
