package org.diffusion4j.core.verify.operation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.GoldenCase;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class OperationVerifierTest {
  @TestFactory
  Stream<DynamicTest> operationsAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(new OperationVerifier(), Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedOutputOrGradientFails(@TempDir Path folder) throws IOException {
    return VerifierTests.changedResults(
        new OperationVerifier(), folder, Set.of(), OperationVerifierTest::isResult);
  }

  /** Optimisers have no list of outputs: what they make of the gradients is called params. */
  private static boolean isResult(GoldenCase golden, String tensor) {
    String name = tensor.substring(golden.name().length() + 1);
    return golden.fields().has("outputs")
        ? golden.outputs().contains(name) || golden.gradients().contains(name)
        : name.equals("params");
  }
}
