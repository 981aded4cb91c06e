package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.diffusion4j.core.files.FolderLock;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference model of latents of [4,8,8], trained further on two pictures. */
class FineTuneCommandTest {
  @TempDir static Path folder;
  private static Path model;
  private static Path pictures;

  @BeforeAll
  static void draw() throws IOException {
    model = PipelineVerifier.plain().shipped();
    pictures = Files.createDirectory(folder.resolve("pictures"));
    for (String name : new String[] {"a", "b"}) {
      byte[] values = new byte[3 * 37 * 41];
      Arrays.fill(values, (byte) name.hashCode());
      ImageFiles.write(
          pictures.resolve(name + ".png"), new PixelImage(3, 37, 41, values).toArray());
      Files.writeString(pictures.resolve(name + ".txt"), "square " + name);
    }
  }

  private static Run finetune(Path from, Path data, String to, Object... more) {
    Stream<Object> common =
        Stream.of("train", "finetune", "--model", from, "--data", data, "-o", folder.resolve(to));
    Stream<Object> small = Stream.of("--steps=2", "--batch-size=3");
    return Run.of(Stream.of(common, small, Stream.of(more)).flatMap(all -> all).toArray());
  }

  private static void assertFails(int exitCode, String sentence, Run run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void theResultMakesPicturesAndIsTrainedFurther() throws IOException {
    byte[] weights = Files.readAllBytes(model.resolve("unet/diffusion_pytorch_model.safetensors"));
    Run first = finetune(model, pictures, "first", "--lr=0.001", "--snr-gamma=5");
    assertEquals(0, first.exitCode(), first.err());
    Path result = folder.resolve("first");
    assertEquals("The model is in " + result + "." + System.lineSeparator(), first.out());
    assertTrue(first.err().contains("4/4 pictures and captions"), first.err());

    Path picture = folder.resolve("square.png");
    Run drawn = Run.of("text2image", "square a", "--model", result, "--steps=1", "-o", picture);
    assertEquals(0, drawn.exitCode(), drawn.err());
    assertEquals(0, finetune(result, pictures, "second", "--ema-decay=0.9").exitCode());
    for (String name : new String[] {"first", "second"}) {
      byte[] tuned =
          Files.readAllBytes(
              folder.resolve(name).resolve("unet/diffusion_pytorch_model.safetensors"));
      assertFalse(Arrays.equals(weights, tuned), name);
      weights = tuned;
    }

    assertFails(1, "unet is there already", finetune(model, pictures, "first"));
  }

  @Test
  void whatIsBeingTrainedIsRefused() throws IOException {
    Path output = folder.resolve("used");
    Path used = output.resolve("unet").resolve("training");
    Path adapter = folder.resolve("used.safetensors");
    Path usedByAdapter = folder.resolve("used.safetensors-training");
    FolderLock.holding(
        used,
        () -> {
          Run run = inAnotherThread(() -> finetune(model, pictures, "used"));
          assertFails(1, "diffusion4j: " + used + " is in use by thread ", run);
          return null;
        });
    FolderLock.holding(
        usedByAdapter,
        () -> {
          Run run =
              inAnotherThread(
                  () ->
                      Run.of("train", "lora", "--model", model, "--data", pictures, "-o", adapter));
          assertFails(1, "diffusion4j: " + usedByAdapter + " is in use by thread ", run);
          return null;
        });
    assertEquals(0, finetune(model, pictures, "used").exitCode());
  }

  private static Run inAnotherThread(Supplier<Run> command) {
    return CompletableFuture.supplyAsync(command).join();
  }

  @Test
  void anAdapterIsTrainedOnTheSamePictures() {
    Path adapter = folder.resolve("adapter.safetensors");
    Run run =
        Run.of(
            "train",
            "lora",
            "--model",
            model,
            "--data",
            pictures,
            "-o",
            adapter,
            "--steps=1",
            "--batch-size=2",
            "--rank=2");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(Files.exists(adapter));
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    assertFails(1, missing + ": there is no such folder", finetune(missing, pictures, "x"));
    assertFails(1, missing + ": there is no such folder", finetune(model, missing, "x"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertFails(1, empty + ": must hold metadata.jsonl", finetune(model, empty, "x"));
    assertFails(
        1,
        "must not be within the model's folder",
        finetune(model, pictures, model.resolve("x").toString()));
    assertFails(
        1, "resolution (=30) must be divisible", finetune(model, pictures, "x", "--resolution=30"));
    assertFails(
        2, "--data", Run.of("train", "finetune", "--model", model, "-o", folder.resolve("x")));
    assertFails(
        2,
        "--caption-dropout (=1.5) must be from 0 to 1",
        finetune(model, pictures, "x", "--caption-dropout=1.5"));
    assertFails(
        2, "--snr-gamma (=0.0) must be positive", finetune(model, pictures, "x", "--snr-gamma=0"));
    assertFails(
        2,
        "--ema-decay (=1.0) must be from 0 to below 1",
        finetune(model, pictures, "x", "--ema-decay=1"));
    assertFalse(Files.exists(folder.resolve("x")));
  }
}
