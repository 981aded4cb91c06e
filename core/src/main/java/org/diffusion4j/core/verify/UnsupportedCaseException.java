package org.diffusion4j.core.verify;

/** A case asks for what this version does not have; it counts as skipped. */
public final class UnsupportedCaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with the reason that a user reads.
   *
   * @param reason what is missing, such as "no operation groups (=3)"
   */
  public UnsupportedCaseException(String reason) {
    super(reason);
  }
}
