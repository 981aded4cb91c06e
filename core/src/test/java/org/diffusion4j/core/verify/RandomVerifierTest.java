package org.diffusion4j.core.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RandomVerifierTest {
  @TestFactory
  Stream<DynamicTest> drawsAreTorchs() throws IOException {
    return VerifierTests.shippedCases(new RandomVerifier(), Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedDrawFails(@TempDir Path folder) throws IOException {
    return VerifierTests.changedResults(
        new RandomVerifier(),
        folder,
        Set.of(),
        (golden, tensor) -> tensor.equals(golden.name()) || tensor.startsWith(golden.name() + "/"));
  }
}
