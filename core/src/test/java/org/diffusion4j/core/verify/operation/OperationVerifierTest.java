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
  /** What this version has no operation for. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "avg_pool2d/",
          "batch_norm/",
          "conv1d/",
          "conv2d/c3",
          "conv2d/c4",
          "conv2d/c8",
          "conv_transpose2d/",
          "interpolate/c1",
          "interpolate/c2",
          "interpolate/c3",
          "interpolate/c4",
          "interpolate/c5",
          "interpolate/c6",
          "interpolate/c7",
          "interpolate/c8",
          "max_pool2d/",
          "max_unpool2d/");

  @TestFactory
  Stream<DynamicTest> operationsAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(new OperationVerifier(), UNSUPPORTED);
  }

  @TestFactory
  Stream<DynamicTest> aChangedOutputOrGradientFails(@TempDir Path folder) throws IOException {
    return VerifierTests.changedResults(
        new OperationVerifier(), folder, UNSUPPORTED, OperationVerifierTest::isResult);
  }

  /** Optimisers have no list of outputs: what they make of the gradients is called params. */
  private static boolean isResult(GoldenCase golden, String tensor) {
    String name = tensor.substring(golden.name().length() + 1);
    return golden.fields().has("outputs")
        ? golden.outputs().contains(name) || golden.gradients().contains(name)
        : name.equals("params");
  }
}
