package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.examples.data.FashionMnist;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at pictures, with the model that ships. */
class PictureCommandsTest {
  @TempDir Path folder;
  private Path bag;

  @BeforeEach
  void writePicture() {
    FashionMnist data = FashionMnist.embedded();
    int index = 0;
    while (data.heldOut().label(index) != FashionMnist.CLASS_NAMES.indexOf("bag")) {
      index++;
    }
    bag = folder.resolve("bag.png");
    ImageFiles.write(bag, data.heldOut().padded(32).images(index));
  }

  private static void assertOneLine(int exitCode, String sentence, Run run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void zeroShotNamesAPicture() {
    Run classes = Run.of("zero-shot", bag);
    assertEquals(0, classes.exitCode(), classes.err());
    assertTrue(classes.out().startsWith(bag + ": bag "), classes.out());

    Run sentences =
        Run.of("zero-shot", "--label", "a photo of a dress", "--label", "a photo of a bag", bag);
    assertTrue(sentences.out().startsWith(bag + ": a photo of a bag "), sentences.out());
    assertEquals(2, sentences.out().split(", ").length);
  }

  @Test
  void theSeedChoosesHeldOutPictures() {
    Run run = Run.of("zero-shot", "--count=3", "--seed=5");
    assertEquals(3, run.out().lines().count(), run.out());
    assertEquals(run.out(), Run.of("zero-shot", "--count=3", "--seed=5").out());
    assertFalse(run.out().equals(Run.of("zero-shot", "--count=3", "--seed=6").out()));
  }

  @Test
  void reconstructShowsOriginalsAboveReconstructions() {
    Path output = folder.resolve("grid.png");
    Run run = Run.of("reconstruct", bag, "-o", output);
    assertEquals(0, run.exitCode(), run.err());
    double error =
        Double.parseDouble(run.out().lines().findFirst().orElseThrow().replaceAll(".* ", ""));
    assertTrue(error > 0 && error < 0.1, run.out());
    assertTrue(Files.exists(output));
  }

  @Test
  void damagedAndMissingPicturesAreNamed() throws IOException {
    Path cut = folder.resolve("cut.png");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(bag), 100));
    assertOneLine(1, cut.toString(), Run.of("zero-shot", bag, cut));
    Path missing = folder.resolve("missing.png");
    assertOneLine(
        1,
        missing + ": there is no such file",
        Run.of("reconstruct", missing, "-o", folder.resolve("a.png")));
  }

  @Test
  void countsOutOfRangeAreBadUsage() {
    assertOneLine(2, "--count (=0) must be between 1 and 100", Run.of("zero-shot", "--count=0"));
    assertOneLine(2, "--per-class (=0) must be at least 1", Run.of("evaluate", "--per-class=0"));
    assertOneLine(2, "guidanceScale (=NaN)", Run.of("evaluate", "--guidance=NaN"));
  }
}
