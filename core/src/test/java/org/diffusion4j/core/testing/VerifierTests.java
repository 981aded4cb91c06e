package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.ExecutorType;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.Precision;
import org.diffusion4j.core.verify.Target;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.junit.jupiter.api.DynamicTest;

/** Tests of verifiers by the golden data that ship. */
public final class VerifierTests {
  private VerifierTests() {}

  /**
   * A test for each case that ships: it passes, in every precision.
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
      for (Precision precision : Precision.values()) {
        tests.add(
            dynamicTest(
                golden.name() + " " + precision,
                () -> {
                  Target target = new Target(ExecutorType.SAMEDIFF, precision);
                  CaseResult result = golden.run(verifier.folder(), target);
                  assertEquals(expected, result.outcome(), result::toString);
                }));
      }
    }
    tests.add(
        dynamicTest(
            "every unsupported case exists", () -> assertEquals(Set.<String>of(), unknown)));
    return tests.stream();
  }
}
