package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.VerifiableCase.Check;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
  private static final Execution EXECUTION = Execution.auto().withExecutor("samediff");

  @TempDir Path folder;

  /** A verifier of folders named {@code numbers}: one case for each check. */
  private record Numbers(List<Check> checks) implements Verifier {
    @Override
    public String folder() {
      return "numbers";
    }

    @Override
    public List<VerifiableCase> cases(Path folder) {
      List<VerifiableCase> cases = new ArrayList<>();
      checks.forEach(check -> cases.add(new VerifiableCase("case" + cases.size(), check)));
      return cases;
    }
  }

  private Verification of(Check... checks) throws IOException {
    return Verification.of(List.of(new Numbers(List.of(checks))), folder);
  }

  private static List<CaseResult> run(Verification verification) {
    return verification.run(EXECUTION, result -> {}, () -> false);
  }

  @Test
  void everyCaseHasAnOutcome() throws IOException {
    Files.createDirectory(folder.resolve("numbers"));
    Verification verification =
        of(
            (execution, comparison) -> comparison.compare("x", 5, 5.5, Tolerance.absolute(1)),
            (execution, comparison) -> comparison.compare("x", 5, 7, Tolerance.absolute(1)),
            (execution, comparison) -> {},
            (execution, comparison) -> {
              throw new IllegalStateException("no such kernel\nhere");
            },
            (execution, comparison) -> {
              throw new UnsupportedCaseException("no operation");
            });
    assertEquals(5, verification.size());
    List<CaseResult> results = run(verification);
    assertEquals(
        List.of(Outcome.PASSED, Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.SKIPPED),
        results.stream().map(CaseResult::outcome).toList());
    assertEquals(
        List.of("", "", "there was nothing to compare", "no such kernel?here", "no operation"),
        results.stream().map(CaseResult::reason).toList());

    FolderSummary summary = FolderSummary.of("numbers", results);
    assertEquals(4, summary.run());
    assertEquals(1, summary.passed());
    assertEquals(3, summary.failed());
    assertEquals(1, summary.skipped());
    assertEquals("case1", summary.worst().orElseThrow().name());
  }

  @Test
  void anUnknownFolderIsSkippedAndNamed() throws IOException {
    Files.createDirectory(folder.resolve("letters"));
    Files.createDirectory(folder.resolve(".hidden"));
    Files.writeString(folder.resolve("README.md"), "numbers");
    List<CaseResult> results = run(of());
    assertEquals(1, results.size());
    assertEquals("letters", results.get(0).folder());
    assertEquals(Outcome.SKIPPED, results.get(0).outcome());
  }

  @Test
  void aDirectoryWithoutFoldersHoldsNoGoldenData() {
    var error = assertThrows(InvalidFileException.class, this::of);
    assertEquals(
        folder + ": must have a folder for each kind of golden data, but has no folder",
        error.getMessage());
  }

  @Test
  void malformedFilesEndTheVerification() throws IOException {
    Files.createDirectory(folder.resolve("numbers"));
    Verification verification =
        of(
            (execution, comparison) -> {
              throw new InvalidFileException(folder, "is odd");
            });
    assertThrows(InvalidFileException.class, () -> run(verification));
  }

  @Test
  void cancellingStopsBeforeTheNextCase() throws IOException {
    Files.createDirectory(folder.resolve("numbers"));
    Check check = (execution, comparison) -> comparison.compare("x", 1, 1, Tolerance.EXACT);
    Verification verification = of(check, check, check);
    List<CaseResult> seen = new ArrayList<>();
    assertThrows(
        CancellationException.class,
        () -> verification.run(EXECUTION, seen::add, () -> seen.size() == 2));
    assertEquals(2, seen.size());
  }
}
