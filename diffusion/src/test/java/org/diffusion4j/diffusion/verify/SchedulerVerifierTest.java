package org.diffusion4j.diffusion.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SchedulerVerifierTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchedulerVerifier VERIFIER = new SchedulerVerifier();

  /** What is compared, if a case has it. */
  private static final List<String> RESULTS =
      List.of(
          "/betas/0",
          "/alphas_cumprod/3",
          "/timesteps/1",
          "/sigmas/1",
          "/init_noise_sigma",
          "/init_noise/3",
          "/final_alpha_cumprod",
          "/steps/0/model_input/2",
          "/steps/2/prev_sample/1",
          "/add_noise/result/7",
          "/add_noise/velocity/5");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> samplersFollowDiffusers() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  /** Of each scheduler one case will do: the others differ in their configs alone. */
  @TestFactory
  List<DynamicTest> aChangedValueFails() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> listing = Files.list(VERIFIER.shipped())) {
      files = listing.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      ObjectNode content = (ObjectNode) JSON.readTree(file.toFile());
      JsonNode first = content.get("cases").get(0);
      content.putArray("cases").add(first);
      for (String result : RESULTS) {
        if (!first.at(result).isMissingNode()) {
          tests.add(
              dynamicTest(
                  file.getFileName() + result,
                  () ->
                      assertEquals(
                          Outcome.FAILED,
                          run(content, golden -> change(golden, result)).outcome())));
        }
      }
    }
    return tests;
  }

  @Test
  void whatIsNotKnownIsSkippedByName() throws IOException {
    ObjectNode content = golden("euler.json");
    CaseResult unknownClass = run(content, golden -> golden.put("class", "NoScheduler"));
    assertEquals(Outcome.SKIPPED, unknownClass.outcome());
    assertEquals("no sampler for NoScheduler", unknownClass.reason());
    CaseResult unknownArgument =
        run(content, golden -> ((ObjectNode) golden.get("step_kwargs")).put("s_more", 1));
    assertEquals(Outcome.SKIPPED, unknownArgument.outcome());
    assertEquals("no argument s_more", unknownArgument.reason());
  }

  @Test
  void noiseThatIsLeftOrMissingFails() throws IOException {
    ObjectNode content = golden("ddpm.json");
    CaseResult left =
        run(
            content,
            golden -> {
              ArrayNode noise = (ArrayNode) golden.at("/steps/1/noise");
              noise.add(noise.get(0));
            });
    assertEquals(Outcome.FAILED, left.outcome());
    CaseResult missing =
        run(content, golden -> ((ArrayNode) golden.at("/steps/1/noise")).removeAll());
    assertEquals(Outcome.FAILED, missing.outcome());
  }

  private static ObjectNode golden(String file) throws IOException {
    ObjectNode content = (ObjectNode) JSON.readTree(VERIFIER.shipped().resolve(file).toFile());
    JsonNode first = content.get("cases").get(0);
    content.putArray("cases").add(first);
    return content;
  }

  private CaseResult run(ObjectNode content, Consumer<ObjectNode> change) throws IOException {
    ObjectNode changed = content.deepCopy();
    change.accept((ObjectNode) changed.get("cases").get(0));
    JSON.writeValue(folder.resolve("changed.json").toFile(), changed);
    return VERIFIER
        .cases(folder)
        .get(0)
        .run(VERIFIER.folder(), Execution.auto().withExecutor("samediff"));
  }

  /** Beyond every tolerance. */
  private static void change(ObjectNode golden, String pointer) {
    String parent = pointer.substring(0, pointer.lastIndexOf('/'));
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    double value = golden.at(pointer).doubleValue() + 1;
    if (golden.at(parent) instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), value);
    } else {
      golden.put(last, value);
    }
  }
}
