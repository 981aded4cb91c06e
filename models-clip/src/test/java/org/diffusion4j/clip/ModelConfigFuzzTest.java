package org.diffusion4j.clip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** From files of configs up to the graphs of the models. */
class ModelConfigFuzzTest {
  private static final String GOLDEN = "src/main/resources/org/diffusion4j/clip/verify/golden/";

  @Nested
  class OfTextEncoder implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder,
          List.of(
              Files.readAllBytes(Path.of(GOLDEN + "clip-text/projection/config.json")),
              Files.readAllBytes(Path.of(GOLDEN + "clip-text/sd2-gelu/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      ClipTextEncoder.read(file);
    }
  }

  @Nested
  class OfClip implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() throws IOException {
      return HostileFiles.modelConfigs(
          folder, List.of(Files.readAllBytes(Path.of(GOLDEN + "clip/vit/config.json"))));
    }

    @Override
    public void read(Path file) throws IOException {
      ClipModel.read(file).parameters();
    }
  }
}
