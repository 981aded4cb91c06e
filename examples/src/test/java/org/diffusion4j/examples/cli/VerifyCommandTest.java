package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenChanges;
import org.diffusion4j.core.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path directory;

  /** Copies some files of golden data that ship: {@code ops/conv2d} and the like. */
  private void copy(String... names) throws IOException {
    for (String name : names) {
      String kind = name.substring(0, name.indexOf('/'));
      Verifier verifier =
          VerifyCommand.VERIFIERS.stream()
              .filter(candidate -> candidate.folder().equals(kind))
              .findFirst()
              .orElseThrow();
      Path folder = Files.createDirectories(directory.resolve(kind));
      String base = name.substring(kind.length() + 1);
      try (Stream<Path> files = Files.list(verifier.shipped())) {
        for (Path file : files.toList()) {
          if (file.getFileName().toString().startsWith(base + ".")) {
            Files.copy(file, folder.resolve(file.getFileName().toString()));
          }
        }
      }
    }
  }

  private void assertOneFails(String name) throws IOException {
    Run run = Run.of("verify", directory);
    assertEquals(1, run.exitCode(), run.out() + run.err());
    assertEquals(1, run.out().lines().filter(line -> line.startsWith("failed ")).count());
    assertTrue(run.out().contains("failed   " + name + ": "), run.out());
    assertTrue(run.out().contains(", tolerance "), run.out());

    JsonNode json = MAPPER.readTree(Run.of("verify", directory, "--json").out());
    int failed = 0;
    for (JsonNode result : json.get("cases")) {
      if (result.get("outcome").asText().equals("failed")) {
        failed++;
        assertEquals(name, result.get("folder").asText() + "/" + result.get("case").asText());
        assertTrue(
            result.get("error").isNull()
                || result.get("error").asDouble() > result.get("tolerance").asDouble());
      }
    }
    assertEquals(1, failed);
  }

  @Test
  void whatShipsIsRightOnBothExecutors() throws IOException {
    for (String executor : new String[] {"samediff", "onednn"}) {
      Run run = Run.of("verify", "--json", "--executor", executor);
      assertEquals(0, run.exitCode(), run.out());
      JsonNode json = MAPPER.readTree(run.out());
      assertEquals(executor, json.get("executor").asText());
      assertEquals("f32", json.get("precision").asText());
      assertEquals(VerifyCommand.VERIFIERS.size(), json.get("folders").size());
      for (JsonNode folder : json.get("folders")) {
        assertTrue(folder.get("passed").asInt() > 0, folder.toString());
        assertEquals(0, folder.get("failed").asInt(), folder.toString());
        assertEquals(folder.get("run"), folder.get("passed"));
        assertTrue(folder.get("error").asDouble() <= folder.get("tolerance").asDouble());
      }
    }
  }

  @Test
  void theTableHasARowForEachFolder() throws IOException {
    copy("ops/softmax", "random/io");
    Run run = Run.of("verify", directory);
    assertEquals(0, run.exitCode(), run.out() + run.err());
    assertTrue(run.out().lines().anyMatch(line -> line.matches("ops +4 +4 +0 +0 .*")), run.out());
    assertTrue(run.out().lines().anyMatch(line -> line.startsWith("random ")), run.out());
    assertFalse(run.out().lines().anyMatch(line -> line.startsWith("failed")), run.out());
  }

  @Test
  void aChangedByteOfAnOperationFails() throws IOException {
    copy("ops/softmax", "random/io");
    GoldenChanges.changeValue(directory.resolve("ops/softmax.safetensors"), "softmax1/grad_x");
    assertOneFails("ops/softmax/softmax1");
  }

  @Test
  void aChangedParameterOfAnOperationFails() throws IOException {
    copy("ops/softmax", "random/io");
    changeCase("ops/softmax", "log_softmax0", golden -> params(golden).put("dim", 0));
    assertOneFails("ops/softmax/log_softmax0");
  }

  @Test
  void aChangedByteOfARandomNumberFails() throws IOException {
    copy("random/io");
    GoldenChanges.changeValue(directory.resolve("random/io.safetensors"), "randperm/42");
    assertOneFails("random/io/randperm/42");
  }

  @Test
  void aChangedSeedFails() throws IOException {
    copy("random/io");
    changeCase("random/io", "sequence/42", golden -> golden.put("seed", 43));
    assertOneFails("random/io/sequence/42");
  }

  private static ObjectNode params(ObjectNode golden) {
    return (ObjectNode) golden.get("params");
  }

  private interface Change {
    void apply(ObjectNode golden);
  }

  private void changeCase(String name, String golden, Change change) throws IOException {
    Path file = directory.resolve(name + ".json");
    JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
    for (JsonNode node : json.get("cases")) {
      if (node.get("name").asText().equals(golden)) {
        change.apply((ObjectNode) node);
      }
    }
    Files.writeString(file, json.toString());
  }

  @Test
  void whatIsUnknownIsSkippedAndNamed() throws IOException {
    copy("ops/softmax", "random/io");
    Files.createDirectory(directory.resolve("holograms"));
    changeCase("ops/softmax", "softmax0", golden -> params(golden).put("temperature", 2));
    changeCase("random/io", "rand/0/5", golden -> golden.put("kind", "cauchy"));
    Run run = Run.of("verify", directory);
    assertEquals(0, run.exitCode(), run.out() + run.err());
    for (String line :
        new String[] {
          "skipped  no check for golden data of this kind: holograms/*",
          "skipped  no operation that takes temperature: ops/softmax/softmax0",
          "skipped  no random numbers cauchy: random/io/rand/0/5"
        }) {
      assertTrue(run.out().contains(line), run.out());
    }
  }

  @Test
  void anUnknownOperationIsSkippedAndNothingElseIsAFailure() throws IOException {
    copy("ops/softmax");
    Path file = directory.resolve("ops/softmax.json");
    Files.writeString(
        file, Files.readString(file).replace("\"op\": \"softmax\"", "\"op\": \"softmin\""));
    Run run = Run.of("verify", directory);
    assertEquals(1, run.exitCode());
    assertEquals(List.of("diffusion4j: none of the cases could be run"), sentences(run));
    assertTrue(run.out().contains("skipped  no operation softmin: ops/softmax/soft"), run.out());
  }

  @Test
  void malformedFilesEndInOneSentence() throws IOException {
    assertFails(1, directory + ": must have a folder for each kind");
    copy("ops/softmax");
    Path json = directory.resolve("ops/softmax.json");
    String content = Files.readString(json);
    Files.writeString(json, content.substring(0, content.length() / 2));
    assertFails(1, json + ": is not valid JSON");
    Files.writeString(json, content.replace("\"dim\": 1", "\"dim\": \"one\""));
    assertFails(1, json + ": cases[2].params.dim (=\"one\") must be a whole number");
    Files.writeString(json, content.replace("\"log_softmax1\"", "\"log_softmax2\""));
    assertFails(1, directory.resolve("ops/softmax.safetensors") + ": tensor log_softmax1/");
    Files.writeString(json, content);
    changeCase("ops/softmax", "softmax0", golden -> golden.putArray("grads"));
    assertFails(1, json + ": tensor softmax0/grad_x must be listed by its case");
    Files.writeString(json, content);
    byte[] tensors = Files.readAllBytes(directory.resolve("ops/softmax.safetensors"));
    Files.write(
        directory.resolve("ops/softmax.safetensors"), Arrays.copyOf(tensors, tensors.length - 3));
    assertFails(1, directory.resolve("ops/softmax.safetensors") + ": ");
  }

  @Test
  void aDrawThatIsNoLongerListedIsMissed() throws IOException {
    copy("random/io");
    changeCase(
        "random/io", "sequence/0", golden -> ((ObjectNode) golden.get("shapes")).remove("d"));
    assertFails(
        1,
        directory.resolve("random/io.json") + ": tensor sequence/0/d must be listed by its case");
  }

  @Test
  void badUsageHasExitCodeTwo() throws IOException {
    assertFails(2, "--executor", "--executor=abacus");
    assertFails(2, "--precision", "--precision=float8");
    directory = directory.resolve("missing");
    assertFails(2, "DIR (=" + directory + ") must be a folder");
    Files.writeString(directory, "a file");
    assertFails(2, "DIR (=" + directory + ") must be a folder");
  }

  private void assertFails(int exitCode, String sentence, String... options) {
    Object[] arguments =
        Stream.concat(Stream.of("verify", directory), Stream.of(options)).toArray();
    Run run = Run.of(arguments);
    assertEquals(exitCode, run.exitCode(), run.out() + run.err());
    assertEquals("", run.out());
    assertEquals(1, sentences(run).size(), run.err());
    assertTrue(sentences(run).get(0).contains(sentence), run.err());
  }

  /** What was said without the progress, which appears on slow machines. */
  private static List<String> sentences(Run run) {
    return run.err().lines().filter(line -> !line.startsWith("Verifying")).toList();
  }
}
