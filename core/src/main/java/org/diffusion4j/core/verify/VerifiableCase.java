package org.diffusion4j.core.verify;

import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.execution.Execution;

/**
 * A golden case that is ready to be checked.
 *
 * @param name what it is called within its folder, such as {@code conv2d/c0}
 * @param check compares it with the reference
 */
public record VerifiableCase(String name, Check check) {

  /** Computes what a case holds, here, and compares it. */
  @FunctionalInterface
  public interface Check {
    /**
     * Gives every deviation to the comparison.
     *
     * @throws UnsupportedCaseException if this version has nothing to compute it with
     * @throws InvalidFileException if the golden files are malformed
     */
    void run(Execution execution, Comparison comparison);
  }

  /** A case that will be skipped. */
  public static VerifiableCase unsupported(String name, String reason) {
    return new VerifiableCase(
        name,
        (execution, comparison) -> {
          throw new UnsupportedCaseException(reason);
        });
  }

  /**
   * Checks the case. What the computation throws counts as a failure: whatever a backend says, it
   * does not compute this case.
   *
   * @param folder the kind of golden data, for the result
   * @throws InvalidFileException if the golden files are malformed
   * @throws UncheckedIOException if they cannot be read
   */
  public CaseResult run(String folder, Execution execution) {
    Comparison comparison = new Comparison();
    CaseResult.Outcome outcome;
    String reason = "";
    try {
      check.run(execution, comparison);
      boolean within = comparison.worst().map(Deviation::isWithin).orElse(false);
      outcome = within ? CaseResult.Outcome.PASSED : CaseResult.Outcome.FAILED;
      if (comparison.worst().isEmpty()) {
        reason = "there was nothing to compare";
      }
    } catch (UnsupportedCaseException e) {
      outcome = CaseResult.Outcome.SKIPPED;
      reason = e.getMessage();
    } catch (InvalidFileException | UncheckedIOException | CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      outcome = CaseResult.Outcome.FAILED;
      reason = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    } catch (OutOfMemoryError e) {
      outcome = CaseResult.Outcome.FAILED;
      reason = "out of memory: " + e.getMessage();
    }
    return new CaseResult(folder, name, outcome, comparison.worst(), Texts.sentence(reason));
  }
}
