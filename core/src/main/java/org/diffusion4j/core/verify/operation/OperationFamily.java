package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenCase;

/** Operations that belong together, with what checks each. */
interface OperationFamily {

  /** The checks by the name that golden files give the operation ({@code op}). */
  Map<String, CaseCheck> checks();

  /** Compares a case of an operation with the reference. */
  @FunctionalInterface
  interface CaseCheck {
    /**
     * Gives every deviation to the comparison.
     *
     * @throws org.diffusion4j.core.verify.UnsupportedCaseException if this version lacks what the
     *     case asks for
     */
    void run(GoldenCase golden, Execution execution, Comparison comparison);
  }
}
