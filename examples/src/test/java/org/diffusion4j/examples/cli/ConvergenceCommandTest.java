package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvergenceCommandTest {
  @TempDir Path folder;

  @Test
  void everySamplerThatTakesNoiseAwayIsDrawnAndListed() throws IOException {
    Path file = folder.resolve("convergence.png");
    Run run = Run.of("convergence", "-o", file.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(SchedulerType.values().length - 1, run.out().lines().count());
    assertTrue(run.out().lines().allMatch(line -> line.matches("[a-z_0-9]+( +[0-9.e+-]+)+")));
    assertFalse(run.out().contains("ddim_inverse"));
    PixelImage chart = ImageFiles.readPixels(file, ColorMode.RGB);
    assertTrue(chart.width() > 500 && chart.height() > 500);
  }

  @Test
  void aFolderThatIsMissingIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    Run run = Run.of("convergence", "-o", missing.resolve("convergence.png").toString());
    assertEquals(1, run.exitCode());
    assertEquals("diffusion4j: output folder " + missing + " must exist", run.err().strip());
    assertFalse(Files.exists(missing));
  }
}
