package org.diffusion4j.vae;

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
  private static final String GOLDEN = "src/main/resources/org/diffusion4j/vae/verify/golden/";

  @Nested
  class OfAutoencoderKL implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder,
          List.of(
              Files.readAllBytes(Path.of(GOLDEN + "autoencoder-kl/sd/config.json")),
              Files.readAllBytes(Path.of(GOLDEN + "autoencoder-kl/no-quant/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      new AutoencoderKL(ConfigFile.readOver(file, AutoencoderKLConfig.DEFAULTS, "AutoencoderKL"))
          .parameters();
    }
  }

  @Nested
  class OfVQModel implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder, List.of(Files.readAllBytes(Path.of(GOLDEN + "vq/vqmodel/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      new VQModel(ConfigFile.readOver(file, VQModelConfig.DEFAULTS, "VQModel")).parameters();
    }
  }
}
