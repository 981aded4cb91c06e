package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileCommandTest {
  private static final String FAST = "--runs=2";

  private static Run profile(Object... arguments) {
    return Run.of(Stream.concat(Stream.of("profile"), Arrays.stream(arguments)).toArray());
  }

  private static JsonNode json(Object... arguments) throws IOException {
    Run run = profile(Stream.concat(Stream.of("--json", FAST), Arrays.stream(arguments)).toArray());
    assertEquals(0, run.exitCode(), run.err());
    return new ObjectMapper().readTree(run.out());
  }

  private static Set<String> kinds(JsonNode json) {
    Set<String> kinds = new HashSet<>();
    json.get("layers").forEach(layer -> kinds.add(layer.get("kind").asText()));
    assertEquals(json.get("layers").size(), kinds.size());
    return kinds;
  }

  @Test
  void theTableHasARowForEachKindAndTheirSum() {
    Run run = profile(FAST, "--batch", 2);
    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).matches("kind of layer +steps +milliseconds +share"), run.out());
    for (String kind : List.of("Convolution2d", "Dense", "GroupNormalization", "Attention")) {
      assertEquals(1, lines.stream().filter(line -> line.startsWith(kind + " ")).count(), kind);
    }
    String total = lines.get(lines.size() - 1);
    assertTrue(total.matches("total +\\d+ +\\d+\\.\\d{3} +100\\.0%"), total);
  }

  @Test
  void jsonHoldsTheSameFigures() throws IOException {
    JsonNode json = json("--part", "vae_decoder", "--height", 20, "--width", 28);
    assertEquals("vae_decoder", json.get("part").asText());
    assertEquals("f32", json.get("precision").asText());
    assertEquals(2, json.get("runs").asInt());
    int steps = 0;
    double milliseconds = 0;
    double shares = 0;
    double last = Double.MAX_VALUE;
    for (JsonNode layer : json.get("layers")) {
      steps += layer.get("steps").asInt();
      milliseconds += layer.get("milliseconds").asDouble();
      shares += layer.get("share").asDouble();
      assertTrue(layer.get("milliseconds").asDouble() <= last);
      last = layer.get("milliseconds").asDouble();
    }
    assertEquals(steps, json.get("steps").asInt());
    assertEquals(json.get("milliseconds").asDouble(), milliseconds, 1e-9 * milliseconds);
    assertEquals(1, shares, 1e-9);
    assertTrue(kinds(json).contains("NearestUpsampling2d"), json.toString());
  }

  @ParameterizedTest
  @EnumSource(
      value = OnnxPart.class,
      names = {"UNET", "VAE_DECODER", "VAE_ENCODER", "TEXT_ENCODER"})
  void gradientsHaveAWayBack(OnnxPart part) throws IOException {
    JsonNode json = json("--part", part, "--gradients", "--batch", 3, "--precision=bf16");
    assertTrue(json.get("gradients").asBoolean());
    assertEquals(3, json.get("batch").asInt());
    assertTrue(kinds(json).contains("backward Dense"), json.toString());
    assertTrue(kinds(json).contains("Dense"), json.toString());
  }

  @Test
  void anyModelFolderIsProfiled() throws IOException {
    Path folder = PipelineVerifier.plain().shipped();
    JsonNode json = json("--model", folder, "--part", "text_encoder");
    assertEquals(folder.getFileName().toString(), json.get("model").asText());
    assertTrue(kinds(json).contains("Embedding"), json.toString());
  }

  @Test
  void whatCannotBeProfiledIsBadUsage() {
    assertBadUsage("--runs (=0) must be at least 1", "--runs=0");
    assertBadUsage("--batch (=0) must be at least 1", "--batch=0");
    assertBadUsage("height (=30) must be divisible by downscale (=4)", "--height=30");
    assertBadUsage("'--part': expected one of [UNET, ", "--part=engine");
    assertBadUsage(
        "executor (=samediff) must be one that times its layers, such as auto",
        "--executor=samediff");
  }

  private static void assertBadUsage(String sentence, Object... arguments) {
    Run run = profile(arguments);
    assertEquals(2, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void aMissingPartIsAFailure() {
    Run run = profile("--part=text_encoder_2");
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("text_encoder_2"), run.err());
  }

  @Test
  void helpHasAnExample() {
    Run help = profile("--help");
    assertEquals(0, help.exitCode());
    assertTrue(help.out().contains("Example: diffusion4j profile"), help.out());
  }
}
