package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.Verifier;
import org.junit.jupiter.api.DynamicTest;

/** Tests of verifiers of models: changed golden data. */
public final class ModelVerifierTests {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NORMS = "grad_norms_of_all_parameters";

  private ModelVerifierTests() {}

  /**
   * A test for each tensor: once one of its values is another, the case fails, and it is that value
   * that the result names.
   *
   * @param golden the case, such as {@code sd1/io}, with tensors in a file of that name
   * @param tensors results of all kinds
   */
  public static Stream<DynamicTest> changedResults(
      Verifier verifier, String golden, String... tensors) throws IOException {
    Path folder = verifier.shipped();
    Path file = folder.resolve(golden + ".safetensors");
    List<DynamicTest> tests = new ArrayList<>();
    for (String tensor : tensors) {
      tests.add(
          dynamicTest(
              golden + " " + tensor,
              () -> {
                byte[] original = Files.readAllBytes(file);
                GoldenChanges.changeValue(file, tensor);
                assertFails(run(verifier, folder, golden), tensor);
                Files.write(file, original);
              }));
    }
    return tests.stream();
  }

  /**
   * A test that the case fails with another norm of a gradient.
   *
   * @param parameter one with a gradient that is no rounding noise
   */
  public static DynamicTest changedNorm(Verifier verifier, String golden, String parameter)
      throws IOException {
    Path folder = verifier.shipped();
    Path file = folder.resolve(golden + ".json");
    return dynamicTest(
        golden + " norm of " + parameter,
        () -> {
          ObjectNode json = (ObjectNode) MAPPER.readTree(file.toFile());
          ObjectNode norms = (ObjectNode) json.get(NORMS);
          norms.put(parameter, 1.5 * norms.get(parameter).doubleValue());
          MAPPER.writeValue(file.toFile(), json);
          assertFails(run(verifier, folder, golden), "norm of grad.param." + parameter);
        });
  }

  /** What becomes of one case of a folder, in float32. */
  public static CaseResult run(Verifier verifier, Path folder, String golden) throws IOException {
    return verifier.cases(folder).stream()
        .filter(each -> each.name().equals(golden))
        .findFirst()
        .orElseThrow()
        .run(verifier.folder(), Execution.auto().withExecutor("samediff"));
  }

  private static void assertFails(CaseResult result, String what) {
    assertEquals(Outcome.FAILED, result.outcome(), result::toString);
    assertTrue(result.worst().orElseThrow().what().startsWith(what), result::toString);
  }
}
