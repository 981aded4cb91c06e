package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads when a model folder is not what it should be. */
class DamagedModelTest {
  private static final String VAE = "vae/diffusion_pytorch_model.safetensors";
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    model = folder.resolve("model");
    ModelFolder shipped = ShippedModel.unpack();
    try (Stream<Path> files = Files.walk(shipped.root())) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(shipped.root().relativize(file).toString()));
      }
    }
  }

  private void assertFails(String... sentences) {
    Path output = folder.resolve("picture.png");
    Run run = Run.of("text2image", "a bag", "--steps=1", "--model", model, "-o", output);
    assertEquals(1, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    for (String sentence : sentences) {
      assertTrue(run.err().contains(sentence), run.err());
    }
    assertFalse(Files.exists(output));
  }

  @Test
  void aMissingFolderIsNamed() {
    Path missing = folder.resolve("missing");
    Run run = Run.of("text2image", "a bag", "--model", missing, "-o", folder.resolve("a.png"));
    assertEquals(1, run.exitCode());
    assertEquals("diffusion4j: " + missing + ": there is no such folder", run.err().strip());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(model.resolve("unet/config.json"));
    assertFails(model.resolve("unet/config.json") + ": no such file");
  }

  @Test
  void missingWeightsAreNamed() throws IOException {
    Files.delete(model.resolve(VAE));
    assertFails(model.resolve(VAE).toString());
  }

  @Test
  void truncatedWeightsAreNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(model.resolve(UNET));
    Files.write(model.resolve(UNET), Arrays.copyOf(bytes, bytes.length - 5));
    assertFails(model.resolve(UNET).toString());
  }

  @Test
  void weightsOfAnotherModelAreSaidToMissAndExceed() throws IOException {
    Files.write(model.resolve(UNET), Files.readAllBytes(model.resolve(VAE)));
    assertFails(model.resolve(UNET).toString(), "missing", "unexpected");
  }

  @Test
  void aConfigOutOfRangeIsNamed() throws IOException {
    Path config = model.resolve("vae/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll("\"latent_channels\" : \\d+", "\"latent_channels\" : 0"));
    assertFails(config.toString(), "latentChannels (=0)");
  }
}
