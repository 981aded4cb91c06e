package org.diffusion4j.core.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.verify.CaseResult.Outcome;

/**
 * What became of the cases of one folder.
 *
 * @param folder its name
 * @param worst the result whose error is largest in units of its tolerance, if values were compared
 */
public record FolderSummary(
    String folder, int passed, int failed, int skipped, Optional<CaseResult> worst) {

  /** Counts the results of one folder. */
  public static FolderSummary of(String folder, List<CaseResult> results) {
    List<CaseResult> own =
        results.stream().filter(result -> result.folder().equals(folder)).toList();
    return new FolderSummary(
        folder,
        count(own, Outcome.PASSED),
        count(own, Outcome.FAILED),
        count(own, Outcome.SKIPPED),
        own.stream()
            .filter(result -> result.worst().isPresent())
            .max(Comparator.comparingDouble(result -> result.worst().orElseThrow().ratio())));
  }

  private static int count(List<CaseResult> results, Outcome outcome) {
    return (int) results.stream().filter(result -> result.outcome() == outcome).count();
  }

  /** The number of cases that were computed. */
  public int run() {
    return passed + failed;
  }
}
