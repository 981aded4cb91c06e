package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final String TENSORS =
      """
      {"__metadata__":{"format":"pt"},
       "conv.weight":{"dtype":"F16","shape":[1000,7],"data_offsets":[0,14000]},
       "conv.bias":{"dtype":"F32","shape":[5],"data_offsets":[14000,14020]}}
      """;

  @TempDir Path folder;
  private Path model;
  private Path weights;

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("model");
    write(
        "model_index.json",
        "{\"_class_name\": \"DDPMPipeline\", \"unet\": [\"diffusers\", \"A\"]}");
    write("scheduler/scheduler_config.json", "{\"_class_name\": \"DDPMScheduler\"}");
    write("text_encoder/config.json", "{\"architectures\": [\"CLIPTextModel\"]}");
    write("unet/config.json", "{\"_class_name\": \"UNet2DModel\"}");
    weights = model.resolve("unet/diffusion_pytorch_model.safetensors");
    safetensors(weights, TENSORS, 14020);
  }

  private void write(String name, String text) throws IOException {
    Path file = model.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The data are a hole in the file. */
  private static void safetensors(Path file, String header, long dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(json.length).put(json).flip();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(start);
      channel.write(ByteBuffer.allocate(1), Long.BYTES + json.length + dataBytes - 1);
    }
  }

  @Test
  void aFolderShowsItsParts() {
    Run run = Run.of("inspect", model);
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        """
        DDPMPipeline
        part          class          tensors  parameters      size  dtypes   files
        scheduler     DDPMScheduler                                          scheduler_config.json
        text_encoder  CLIPTextModel                                          config.json
        unet          UNet2DModel          2       7,005  13.7 KiB  F32,F16  config.json, diffusion_pytorch_model.safetensors

        total  tensors  parameters      size
        F32          1           5      20 B
        F16          1       7,000  13.7 KiB
        all          2       7,005  13.7 KiB
        """,
        run.out().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void aFileShowsItsTensors() {
    Run run = Run.of("inspect", weights);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("  format: pt\n"), run.out());
    assertTrue(
        run.out().contains("conv.weight  F16    [1000, 7]       7,000  13.7 KiB"), run.out());
    assertTrue(
        run.out().contains("conv.bias    F32    [5]                 5      20 B"), run.out());
  }

  @Test
  void tensorsOfAFolderAreListedWhereAskedFor() {
    assertFalse(Run.of("inspect", model).out().contains("conv.weight"));
    assertTrue(Run.of("inspect", model, "--tensors").out().contains("conv.weight"));
  }

  @Test
  void manyTensorsAreGrouped() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 1100; i++) {
      header.append(
          String.format(
              Locale.ROOT,
              "%s\"block.%d.layer%d.weight\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[%d,%d]}",
              i == 0 ? "" : ",",
              i % 11,
              i,
              3 * i,
              3 * i + 3));
    }
    Path file = folder.resolve("many.safetensors");
    safetensors(file, header.append('}').toString(), 3300);
    Run run = Run.of("inspect", file);
    assertTrue(
        run.out().contains("block.10.*                I8          100         300  300 B"),
        run.out());
    assertFalse(run.out().contains("layer"), run.out());
    Run all = Run.of("inspect", file, "--tensors");
    assertEquals(1100, all.out().lines().filter(line -> line.contains("layer")).count());
  }

  @Test
  void theHeaderAloneIsRead() throws IOException {
    Path file = folder.resolve("large.safetensors");
    long bytes = 3L << 30;
    safetensors(
        file,
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3,268435456],\"data_offsets\":[0," + bytes + "]}}",
        bytes);
    long start = System.nanoTime();
    Run run = Run.of("inspect", file);
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
    assertTrue(run.out().contains("805,306,368  3.0 GiB"), run.out());
  }

  @Test
  void jsonHoldsEverything() throws IOException {
    JsonNode json = new ObjectMapper().readTree(Run.of("inspect", model, "--json").out());
    assertEquals("DDPMPipeline", json.get("class").textValue());
    assertEquals(7005, json.get("parameters").longValue());
    assertEquals(14000, json.at("/dtypes/F16/bytes").longValue());
    JsonNode unet = json.at("/parts/2");
    assertEquals("unet", unet.get("name").textValue());
    assertEquals("pt", unet.at("/files/0/metadata/format").textValue());
    assertEquals("conv.weight", unet.at("/files/0/tensors/0/name").textValue());
    assertEquals(7, unet.at("/files/0/tensors/0/shape/1").longValue());
  }

  @Test
  void aFileOfStrangersCannotWriteToTheTerminal() throws IOException {
    Path file = folder.resolve("x.safetensors");
    safetensors(
        file, "{\"a\\u001b[2J\\n\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]}}", 3);
    Run run = Run.of("inspect", file);
    assertTrue(run.out().contains("a?[2J?"), run.out());
  }

  @Test
  void whatCannotBeReadIsNamedInOneSentence() throws IOException {
    Path text = Files.writeString(folder.resolve("x.txt"), "no safetensors file");
    assertFails(text, "header length (=8387222449776783214) must be at most 100000000");
    assertFails(folder.resolve("missing"), "there is no such file or folder");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertFails(empty, "must hold config.json or *.safetensors, itself or in its folders");
    Files.writeString(model.resolve("unet/config.json"), "[");
    Run run = Run.of("inspect", model);
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("config.json: "), run.err());
  }

  private static void assertFails(Path path, String problem) {
    Run run = Run.of("inspect", path);
    assertEquals(1, run.exitCode());
    assertEquals("diffusion4j: " + path + ": " + problem, run.err().strip());
  }

  @Test
  void badUsageIsNotAFailure() {
    assertEquals(2, Run.of("inspect").exitCode());
    assertEquals(2, Run.of("inspect", "a", "b").exitCode());
  }
}
