package org.diffusion4j.core.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class RandomVerifierTest {
  @TestFactory
  Stream<DynamicTest> drawsAreTorchs() throws IOException {
    return VerifierTests.shippedCases(new RandomVerifier(), Set.of());
  }
}
