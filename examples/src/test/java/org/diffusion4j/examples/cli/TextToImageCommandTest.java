package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with the model that ships. */
class TextToImageCommandTest {
  private static final byte[] OLD = {3, 5, 7};

  @TempDir Path folder;

  private byte[] picture(String name, Object... arguments) throws IOException {
    Path file = folder.resolve(name);
    Object[] all =
        Arrays.copyOf(new Object[] {"text2image", "-o", file, "--steps=3"}, 4 + arguments.length);
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    Run run = Run.of(all);
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("Wrote " + file + "." + System.lineSeparator(), run.out());
    return Files.readAllBytes(file);
  }

  /** A run that fails with one line and leaves a file that was there as it was. */
  private Run failure(int exitCode, Object... arguments) throws IOException {
    Path file = Files.write(folder.resolve("old.png"), OLD);
    Object[] all = Arrays.copyOf(new Object[] {"text2image", "-o", file}, 3 + arguments.length);
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    Run run = Run.of(all);
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertArrayEquals(OLD, Files.readAllBytes(file));
    return run;
  }

  private void assertFails(int exitCode, String sentence, Object... arguments) throws IOException {
    Run run = failure(exitCode, arguments);
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    byte[] first = picture("a.png", "a photo of a bag", "--seed=7");
    assertArrayEquals(first, picture("b.png", "a photo of a bag", "--seed=7"));
    assertFalse(Arrays.equals(first, picture("c.png", "a photo of a bag", "--seed=8")));
  }

  @Test
  void anImageOfAGridIsTheOneOfItsSeedAlone() throws IOException {
    picture("alone.png", "a coat", "--seed=14");
    picture("grid.png", "a coat", "--seed=11", "--count=8");
    PixelImage alone = ImageFiles.readPixels(folder.resolve("alone.png"), ColorMode.GRAY);
    PixelImage grid = ImageFiles.readPixels(folder.resolve("grid.png"), ColorMode.GRAY);
    int places = 0;
    for (int x = 0; x + alone.width() <= grid.width(); x++) {
      for (int y = 0; y + alone.height() <= grid.height(); y++) {
        places += shows(grid, x, y, alone) ? 1 : 0;
      }
    }
    assertEquals(1, places);
  }

  private static boolean shows(PixelImage grid, int left, int top, PixelImage image) {
    for (int y = 0; y < image.height(); y++) {
      int from = (top + y) * grid.width() + left;
      if (!Arrays.equals(
          grid.values(),
          from,
          from + image.width(),
          image.values(),
          y * image.width(),
          (y + 1) * image.width())) {
        return false;
      }
    }
    return true;
  }

  @Test
  void anEmptyPromptIsAllowed() throws IOException {
    assertFalse(
        Arrays.equals(picture("empty.png", ""), picture("full.png", "a photo of a trouser")));
  }

  @Test
  void aLongPromptIsCutWithAWarning() {
    Run run =
        Run.of("text2image", "bag ".repeat(2500), "-o", folder.resolve("long.png"), "--steps=1");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        run.err()
            .contains(
                "warning: the prompt (10000 characters) is longer than the model reads, its end is"
                    + " left out"),
        run.err());
  }

  @Test
  void valuesOutOfRangeAreBadUsage() throws IOException {
    assertFails(2, "steps (=0) must be positive", "a bag", "--steps=0");
    assertFails(2, "steps (=-3) must be positive", "a bag", "--steps=-3");
    assertFails(2, "guidanceScale (=NaN) must be finite", "a bag", "--guidance=NaN");
    assertFails(2, "count (=0) must be positive", "a bag", "--count=0");
    assertFails(2, "eta (=2.0) must be in [0, 1]", "a bag", "--eta=2");
    assertFails(2, "PROMPT");
    assertFails(2, "--seed", "a bag", "--seed=one");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNamedBeforeTheWork() throws IOException {
    Path missing = folder.resolve("missing");
    Run run = Run.of("text2image", "a bag", "-o", missing.resolve("a.png"));
    assertEquals(1, run.exitCode());
    assertEquals("diffusion4j: output folder " + missing + " must exist", run.err().strip());
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(1, Run.of("text2image", "a bag", "-o", file.resolve("a.png")).exitCode());
    assertEquals(1, Run.of("text2image", "a bag", "-o", folder).exitCode());
  }
}
