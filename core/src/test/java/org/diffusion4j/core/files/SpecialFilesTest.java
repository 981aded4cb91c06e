package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A pipe that nobody writes to would be waited for without end. */
@DisabledOnOs(OS.WINDOWS)
class SpecialFilesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private Path pipe;

  @BeforeEach
  void makePipe() throws Exception {
    pipe = folder.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
  }

  @Test
  void aPipeIsNoConfig() {
    assertRefused(() -> ConfigFile.read(pipe));
  }

  @Test
  void aPipeIsNoSafetensorsFile() {
    assertRefused(() -> SafetensorsFile.open(pipe));
  }

  private static void assertRefused(Executable open) {
    assertTimeoutPreemptively(PATIENCE, () -> assertThrows(InvalidFileException.class, open));
  }
}
