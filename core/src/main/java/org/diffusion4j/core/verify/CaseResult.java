package org.diffusion4j.core.verify;

import java.util.Optional;

/**
 * What became of one golden case.
 *
 * @param folder the kind of golden data, such as {@code ops}
 * @param name the case within the folder, such as {@code conv2d/c0}
 * @param worst the deviation that is largest in units of its tolerance, if values were compared
 * @param reason why it was skipped or failed without a comparison; else empty
 */
public record CaseResult(
    String folder, String name, Outcome outcome, Optional<Deviation> worst, String reason) {

  /** Whether the numbers are right. */
  public enum Outcome {
    /** Every value is within its tolerance. */
    PASSED,
    /** A value is outside of its tolerance, or the computation broke off. */
    FAILED,
    /** This version has nothing to compute it with. */
    SKIPPED
  }
}
