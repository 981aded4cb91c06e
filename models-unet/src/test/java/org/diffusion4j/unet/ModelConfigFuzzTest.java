package org.diffusion4j.unet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** From files of configs up to the graphs of the models. */
class ModelConfigFuzzTest {
  private static final String GOLDEN = "src/main/resources/org/diffusion4j/unet/verify/golden/";

  @Nested
  class OfUNet2DCondition implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder,
          List.of(
              Files.readAllBytes(Path.of(GOLDEN + "unet2d-condition/sd1/config.json")),
              Files.readAllBytes(Path.of(GOLDEN + "unet2d-condition/sdxl/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      new UNet2DConditionModel(
              ConfigFile.readOver(file, UNet2DConditionConfig.DEFAULTS, "UNet2DConditionModel"))
          .parameters();
    }
  }

  @Nested
  class OfUNet2D implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder,
          List.of(
              Files.readAllBytes(Path.of(GOLDEN + "unet2d/ddpm/config.json")),
              Files.readAllBytes(Path.of(GOLDEN + "unet2d/scale-shift/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      new UNet2DModel(ConfigFile.readOver(file, UNet2DConfig.DEFAULTS, "UNet2DModel")).parameters();
    }
  }
}
