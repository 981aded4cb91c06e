package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@code image2image} and {@code inpaint} with the model that ships, from a picture it made. */
class PictureToPictureCommandsTest {
  private static final int SIZE = 32;
  private static final int ENLARGED = 3;

  @TempDir static Path folder;
  private static Path sneaker;
  private static Path mask;

  @BeforeAll
  static void write() {
    sneaker = folder.resolve("sneaker.png");
    Run run = Run.of("text2image", "a photo of a sneaker", "--steps=8", "-o", sneaker);
    assertEquals(0, run.exitCode(), run.err());
    INDArray right = Nd4j.ones(1, 1, SIZE, SIZE).negi();
    for (int y = 0; y < SIZE; y++) {
      for (int x = SIZE / 2; x < SIZE; x++) {
        right.putScalar(0, 0, y, x, 1);
      }
    }
    mask = folder.resolve("mask.png");
    ImageFiles.write(mask, right);
  }

  private static Path made(String command, Object... arguments) {
    Path file = folder.resolve(command + ".png");
    Run run =
        Run.of(
            Stream.concat(
                    Stream.of(command, "a photo of a trouser", sneaker, "-o", file, "--steps=8"),
                    Stream.of(arguments))
                .toArray());
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("Wrote " + file + "." + System.lineSeparator(), run.out());
    return file;
  }

  /** The mean distance of pixels, of 255, in some columns of the model's own size. */
  private static double distance(Path first, Path second, int from, int to) {
    PixelImage a = ImageFiles.readPixels(first, ColorMode.GRAY);
    PixelImage b = ImageFiles.readPixels(second, ColorMode.GRAY);
    assertEquals(SIZE * ENLARGED, a.width());
    assertEquals(SIZE * ENLARGED, b.width());
    double sum = 0;
    for (int y = 0; y < a.height(); y++) {
      for (int x = from * ENLARGED; x < to * ENLARGED; x++) {
        sum += Math.abs(a.value(0, y, x) - b.value(0, y, x));
      }
    }
    return sum / (a.height() * (to - from) * ENLARGED);
  }

  @Test
  void theStrengthSaysHowFarAPictureIsLeft() {
    double little = distance(sneaker, made("image2image", "--strength=0.25"), 0, SIZE);
    double all = distance(sneaker, made("image2image", "--strength=1"), 0, SIZE);
    assertTrue(little < 15, () -> "distance " + little);
    assertTrue(all > 2 * little, () -> "distances " + little + ", " + all);
  }

  @Test
  void onlyWhatTheMaskMarksIsMadeAnewAndThePictureSaysHow() {
    Path inpainted = made("inpaint", "--mask", mask, "--seed=5");
    // Columns at the border see both sides, as the decoder mixes neighbours.
    double kept = distance(sneaker, inpainted, 0, SIZE / 2 - 6);
    double anew = distance(sneaker, inpainted, SIZE / 2, SIZE);
    assertTrue(kept < 10, () -> "distance " + kept);
    assertTrue(anew > 2 * kept, () -> "distances " + kept + ", " + anew);
    Map<String, String> texts = ImageFiles.texts(inpainted);
    assertEquals("5", texts.get("seed"));
    assertEquals("8", texts.get("steps"));
    assertEquals("1.0", texts.get("strength"));
    assertEquals("fashion", texts.get("model"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--seed=2", "--height=8", "--width=96"})
  void aPictureKeepsItsProportions(String option) {
    Path wide = folder.resolve("wide.png");
    ImageFiles.write(wide, Nd4j.zeros(1, 3, 10, 40));
    Path file = folder.resolve("from-wide.png");
    Run run = Run.of("image2image", "a bag", wide, "-o", file, "--steps=2", option);
    assertEquals(0, run.exitCode(), run.err());
    PixelImage picture = ImageFiles.readPixels(file, ColorMode.GRAY);
    // By default as many pixels as 32x32 has: 16x64.
    assertEquals(4.0, (double) picture.width() / picture.height());
  }

  @Test
  void badUsageIsOneSentence() throws IOException {
    String range = ") must be above 0, up to 1; see diffusion4j ";
    assertFails(
        2, "--strength (=0.0" + range + "image2image", "image2image", sneaker, "--strength=0");
    assertFails(
        2, "--strength (=NaN" + range + "image2image", "image2image", sneaker, "--strength=NaN");
    assertFails(
        2,
        "--strength (=1.5" + range + "inpaint",
        "inpaint",
        sneaker,
        "--mask",
        mask,
        "--strength=1.5");
    assertFails(
        2,
        "strength (=0.01) must leave at least one of 20 steps",
        "image2image",
        sneaker,
        "--strength=0.01");
    assertFails(2, "--height (=30) must be divisible by 4", "image2image", sneaker, "--height=30");
    assertFails(2, "--width (=-4) must be at least 1", "image2image", sneaker, "--width=-4");
    assertFails(2, "Missing required option: '--mask=FILE'", "inpaint", sneaker);
    assertFails(2, "Missing required parameter: 'PICTURE'", "image2image");
  }

  @Test
  void picturesThatCannotBeReadAreFailures() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path none = folder.resolve("none.png");
    assertFails(1, text + ": must be a PNG or JPEG picture", "image2image", text);
    assertFails(1, none + ": there is no such file", "image2image", none);
    assertFails(1, none + ": there is no such file", "inpaint", sneaker, "--mask", none);
    assertFails(1, text + ": must be a PNG or JPEG picture", "inpaint", sneaker, "--mask", text);
  }

  private static void assertFails(
      int exitCode, String sentence, String command, Object... arguments) throws IOException {
    Path file = Files.writeString(folder.resolve("old.png"), "old");
    Run run =
        Run.of(
            Stream.concat(Stream.of(command, "a bag", "-o", file), Stream.of(arguments)).toArray());
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
    assertEquals("old", Files.readString(file));
  }

  @Test
  void helpNamesThePromptBeforeThePicture() {
    for (String command : new String[] {"image2image", "inpaint"}) {
      String help = Run.of(command, "--help").out();
      assertTrue(
          help.substring(0, help.indexOf("Makes")).strip().matches("(?s).*PROMPT\\s+PICTURE"));
      assertTrue(help.contains("Example: diffusion4j " + command + " \"a photo of"), help);
    }
  }
}
