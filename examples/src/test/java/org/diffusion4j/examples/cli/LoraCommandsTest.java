package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraCommandsTest {
  @TempDir static Path folder;
  private static Path adapter;
  private static Run training;

  @BeforeAll
  static void train() throws IOException {
    IdxFolder.write(folder);
    adapter = folder.resolve("adapter.safetensors");
    training = train(List.of("--rank=2", "--target-modules=to_q,conv1"));
  }

  private static Run train(List<String> more) throws IOException {
    Stream<Object> common =
        Stream.of(
            "train",
            "lora",
            "--data",
            folder,
            "--model",
            ShippedModel.unpack().root(),
            "--steps=2",
            "--batch-size=2",
            "--seed=5",
            "--output",
            adapter);
    return Run.of(Stream.concat(common, more.stream()).toArray());
  }

  @Test
  void anAdapterIsTrainedOnceAndNotOverwritten() throws IOException {
    assertEquals(0, training.exitCode(), training.err());
    assertEquals("Wrote " + adapter + "." + System.lineSeparator(), training.out());
    try (SafetensorsFile tensors = SafetensorsFile.open(adapter)) {
      String block = "unet.mid_block.resnets.0.conv1.lora_A.weight";
      assertEquals(List.of(2L, 96L, 3L, 3L), tensors.info(block).shape());
    }
    assertFails(1, adapter + " is there already: write another file", train(List.of()));
  }

  @Test
  void picturesAreMadeWithAdaptersAtAScale() {
    byte[] plain = picture("plain.png");
    assertArrayEquals(plain, picture("zero.png", "--lora", adapter, "--lora-scale=0"));
    assertFalse(
        Arrays.equals(plain, picture("thousand.png", "--lora", adapter, "--lora-scale=1000")));
    assertEquals("adapter.safetensors:1000.0", ImageFiles.texts(out("thousand.png")).get("lora"));
  }

  @Test
  void scalesThatDoNotFitAreBadUsage() {
    assertFails(2, "number of --lora-scale (=1) must be 1 or that of --lora (=0)", scaled());
    assertFails(
        2,
        "number of --lora-scale (=2) must be 1 or that of --lora (=1)",
        scaled("--lora", adapter, "--lora-scale=1"));
    assertFails(
        2,
        "--lora-scale (=NaN) must be finite",
        Run.of("text2image", "a shirt", "-o", out("x"), "--lora", adapter, "--lora-scale=NaN"));
    assertFails(
        1,
        "none.safetensors",
        Run.of("text2image", "a shirt", "-o", out("x"), "--lora", out("none.safetensors")));
  }

  @Test
  void valuesOutOfRangeAreBadUsage() throws IOException {
    assertFails(2, "--rank (=0) must be at least 1", train(List.of("--rank=0")));
    assertFails(2, "--alpha (=-1.0) must be positive", train(List.of("--alpha=-1")));
  }

  private static Run scaled(Object... more) {
    Stream<Object> common = Stream.of("text2image", "a shirt", "-o", out("x"), "--lora-scale=1");
    return Run.of(Stream.concat(common, Stream.of(more)).toArray());
  }

  private static Path out(String name) {
    return folder.resolve(name);
  }

  /** The pixels, as the text beside them names the adapters. */
  private static byte[] picture(String name, Object... more) {
    Stream<Object> common =
        Stream.of(
            "text2image",
            "a photo of a shirt",
            "--steps=2",
            "--height=32",
            "--width=32",
            "-o",
            out(name));
    Run run = Run.of(Stream.concat(common, Stream.of(more)).toArray());
    assertEquals(0, run.exitCode(), run.err());
    return ImageFiles.readPixels(out(name), ColorMode.GRAY).values();
  }

  private static void assertFails(int exitCode, String sentence, Run run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }
}
