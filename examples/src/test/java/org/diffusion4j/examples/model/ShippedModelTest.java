package org.diffusion4j.examples.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model in the jar is the folder that training one like it writes. */
class ShippedModelTest {
  private static ModelFolder shipped;

  @BeforeAll
  static void unpack() throws IOException {
    shipped = ShippedModel.unpack();
  }

  @Test
  void itsConfigurationsAreThoseOfTheExamples() throws IOException {
    assertEquals(FashionModels.unet(), shipped.unetConfig());
    assertEquals(FashionModels.clip(), shipped.clipConfig());
    double scalingFactor = shipped.vaeConfig().scalingFactor();
    assertEquals(FashionModels.vae().withScalingFactor(scalingFactor), shipped.vaeConfig());
    assertEquals(FashionModels.scheduler(), shipped.schedulerConfig().config());
    assertEquals(ModelIndex.stableDiffusion(SchedulerType.DDIM), shipped.index().orElseThrow());
  }

  @Test
  void savedAnewEveryFileIsTheSame(@TempDir Path root) throws IOException {
    ModelFolder saved = new ModelFolder(root);
    AutoencoderKL vae = new AutoencoderKL(shipped.vaeConfig());
    saved.save(Part.VAE, vae.config(), shipped.load(Part.VAE, vae.parameters()), DType.F16);
    UNet2DConditionModel unet = new UNet2DConditionModel(shipped.unetConfig());
    saved.save(Part.UNET, unet.config(), shipped.load(Part.UNET, unet.parameters()), DType.F16);
    ClipModel clip = new ClipModel(shipped.clipConfig());
    saved.save(Part.CLIP, clip.config(), shipped.load(Part.CLIP, clip.parameters()), DType.F16);
    saved.saveTokenizer(Part.CLIP, ClipTokenizer.standard(), 16);
    saved.saveScheduler(shipped.schedulerConfig().config());
    saved.saveIndex(shipped.index().orElseThrow());
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = root.relativize(file);
        assertEquals(-1, Files.mismatch(shipped.root().resolve(name), file), name.toString());
      }
    }
    assertTrue(Files.exists(root.resolve("tokenizer/vocab.json")));
    assertEquals(OptionalInt.of(16), saved.tokenizer(Part.CLIP).maxLength());
  }
}
