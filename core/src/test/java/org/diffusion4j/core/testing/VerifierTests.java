package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.junit.jupiter.api.DynamicTest;

/** Tests of verifiers by the golden data that ship. */
public final class VerifierTests {
  private static final List<Execution> EXECUTIONS =
      List.of(
          Execution.auto().withExecutor("samediff"),
          Execution.auto().withExecutor("samediff").withPrecision(Precision.F64),
          Execution.auto().withExecutor("onednn"));

  private VerifierTests() {}

  /**
   * A test for each case that ships: it passes, in every precision, on every executor.
   *
   * @param unsupported how the names of the cases begin that this version skips, such as {@code
   *     conv2d/c3} or {@code conv1d/}; no other case may be skipped
   */
  public static Stream<DynamicTest> shippedCases(Verifier verifier, Set<String> unsupported)
      throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Set<String> unknown = new TreeSet<>(unsupported);
    for (VerifiableCase golden : verifier.cases(verifier.shipped())) {
      boolean skipped = unsupported.stream().anyMatch(golden.name()::startsWith);
      Outcome expected = skipped ? Outcome.SKIPPED : Outcome.PASSED;
      unknown.removeIf(golden.name()::startsWith);
      for (Execution execution : EXECUTIONS) {
        tests.add(
            dynamicTest(
                golden.name() + " " + execution,
                () -> {
                  CaseResult result = golden.run(verifier.folder(), execution);
                  assertEquals(expected, result.outcome(), result::toString);
                }));
      }
    }
    tests.add(
        dynamicTest(
            "every unsupported case exists", () -> assertEquals(Set.<String>of(), unknown)));
    return tests.stream();
  }

  /**
   * A test for each result that ships: once one value of its tensor is another, its case fails.
   *
   * @param temporary an empty folder for damaged copies
   * @param unsupported as above
   * @param isResult whether a tensor of a case, by its full name, is compared with
   */
  public static Stream<DynamicTest> changedResults(
      Verifier verifier,
      Path temporary,
      Set<String> unsupported,
      BiPredicate<GoldenCase, String> isResult)
      throws IOException {
    Path folder = verifier.shipped();
    List<DynamicTest> tests = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      // Alone in a folder, as opening the others again for each change would take long.
      Path copy = Files.createDirectory(temporary.resolve(file.name()));
      Path tensors = copy.resolve(file.name() + ".safetensors");
      Files.copy(file.file(), copy.resolve(file.file().getFileName()));
      Files.copy(folder.resolve(tensors.getFileName()), tensors);
      for (GoldenCase golden : file.cases()) {
        String name = file.name() + "/" + golden.name();
        if (unsupported.stream().anyMatch(name::startsWith)) {
          continue;
        }
        for (String tensor : file.names()) {
          if (tensor.startsWith(golden.name()) && isResult.test(golden, tensor)) {
            tests.add(dynamicTest(name, () -> assertChangeFails(verifier, name, tensors, tensor)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static void assertChangeFails(Verifier verifier, String name, Path tensors, String tensor)
      throws IOException {
    byte[] original = Files.readAllBytes(tensors);
    try {
      GoldenChanges.changeValue(tensors, tensor);
      List<VerifiableCase> cases = verifier.cases(tensors.getParent());
      VerifiableCase changed =
          cases.stream().filter(golden -> golden.name().equals(name)).findFirst().orElseThrow();
      CaseResult result = changed.run(verifier.folder(), Execution.auto().withExecutor("samediff"));
      assertEquals(Outcome.FAILED, result.outcome(), () -> tensor + ": " + result);
    } finally {
      Files.write(tensors, original);
    }
  }
}
