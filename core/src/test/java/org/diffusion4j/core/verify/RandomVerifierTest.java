package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

  @Test
  void noMoreIsDrawnThanTheTensorHolds(@TempDir Path folder) throws IOException {
    RandomVerifier verifier = new RandomVerifier();
    for (Path file : List.of(Path.of("io.json"), Path.of("io.safetensors"))) {
      Files.copy(verifier.shipped().resolve(file), folder.resolve(file));
    }
    Path json = folder.resolve("io.json");
    Files.writeString(
        json,
        Files.readString(json).replaceFirst("\\[\\s*5\\s*\\]", "[" + Integer.MAX_VALUE + "]"));
    CaseResult result =
        verifier.cases(folder).get(0).run("random", Execution.auto().withExecutor("samediff"));
    assertEquals(
        "shape of randn, [2147483647] instead of [5]", result.worst().orElseThrow().what());
  }
}
