package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageGridTest {
  private static final int BACKGROUND = 0xf4;
  private static final int INK = 0x20;

  @Test
  void picturesStandInRowsWithMarginsAndGaps() {
    INDArray images = Nd4j.ones(5, 3, 7, 11);
    PixelImage grid = new ImageGrid(3, 2).draw(images);
    assertEquals(16 + 3 * 22 + 2 * 10 + 16, grid.width());
    assertEquals(16 + 2 * 14 + 10 + 16, grid.height());
    // The last of the second row is missing.
    assertEquals(255, grid.value(1, 16, 16));
    assertEquals(255, grid.value(1, grid.height() - 17, 16 + 22 + 10));
    assertEquals(BACKGROUND, grid.value(1, grid.height() - 17, grid.width() - 17));
    assertEquals(2 * 7 * 2 * 11 * 5, count(grid, 255));
  }

  @Test
  void captionsStandWhollyUnderTheirPictures() {
    INDArray images = Nd4j.ones(2, 1, 13, 13);
    PixelImage grid = new ImageGrid(2, 8).draw(images, List.of("a photo of an ankle boot", "j"));
    // "a photo of an" and "ankle boot" under the first, one letter under the second.
    int textTop = 16 + 104 + 5;
    assertEquals(textTop + 2 * 14 + 2 + 16, grid.height());
    assertTrue(ink(grid, textTop, textTop + 14, 16, 16 + 104) > 50);
    assertTrue(ink(grid, textTop + 16, textTop + 30, 16, 16 + 104) > 50);
    assertTrue(ink(grid, textTop, textTop + 14, 130, 130 + 104) > 5);
    int all = ink(grid, 0, grid.height(), 0, grid.width());
    int within =
        ink(grid, textTop, textTop + 30, 16, 120) + ink(grid, textTop, textTop + 30, 130, 234);
    assertEquals(all, within);
  }

  @Test
  void rowCaptionsStandToTheLeft() {
    INDArray images = Nd4j.ones(4, 1, 11, 11);
    PixelImage grid = new ImageGrid(2, 5).drawRows(images, List.of("guidance 1", "guidance 7.5"));
    int text = BitmapFont.helvetica().width("guidance 7.5");
    assertEquals(16 + text + 10 + 2 * 55 + 10 + 16, grid.width());
    assertEquals(
        ink(grid, 0, grid.height(), 0, grid.width()),
        ink(grid, 16, grid.height() - 16, 16, 16 + text));
    assertTrue(ink(grid, 16, 71, 16, 16 + text) > 50);
  }

  @Test
  void longCaptionsAreCutWithAnEllipsis() {
    BitmapFont font = BitmapFont.helvetica();
    List<String> lines = TextLines.wrap("one two three four five six seven eight", font, 50, 3);
    assertEquals(List.of("one two", "three", "four fiv…"), lines);
    for (String line : lines) {
      assertTrue(font.width(line) <= 50);
    }
    assertEquals(List.of("wwww", "wwww", "ww"), TextLines.wrap("wwwwwwwwww", font, 40, 3));
    assertEquals(List.of(), TextLines.wrap("  ", font, 40, 3));
  }

  @Test
  void composedAndDecomposedLettersLookTheSame() {
    BitmapFont font = BitmapFont.helvetica();
    assertEquals(List.of("é"), TextLines.wrap("e\u0301", font, 40, 3));
    assertEquals(font.width("?"), font.width("猫"));
  }

  @Test
  void glyphsAreDrawnPixelByPixel() {
    // Helvetica's l is one column of nine pixels that stands on the baseline, 11 below the top.
    List<String> pixels = new java.util.ArrayList<>();
    BitmapFont.helvetica().draw("l", (x, y) -> pixels.add(x + "," + y));
    assertEquals(List.of("1,2", "1,3", "1,4", "1,5", "1,6", "1,7", "1,8", "1,9", "1,10"), pixels);
  }

  @Test
  void tinyPicturesGrowUntilCaptionsAreReadable() {
    assertEquals(new ImageGrid(8, 4), ImageGrid.readable(8, 28));
    assertEquals(new ImageGrid(8, 3), ImageGrid.readable(8, 32));
    assertEquals(new ImageGrid(8, 1), ImageGrid.readable(8, 512));
  }

  @Test
  void wrongNumbersAreNamed() {
    INDArray images = Nd4j.ones(5, 1, 7, 11);
    assertMessage(
        "number of captions (=1) must equal number of images (=5)",
        () -> new ImageGrid(3, 2).draw(images, List.of("a")));
    assertMessage(
        "number of captions (=1) must equal number of rows (=2)",
        () -> new ImageGrid(3, 2).drawRows(images, List.of("a")));
    assertMessage("columns (=0) must be positive", () -> new ImageGrid(0, 2));
    assertMessage("scale (=-1) must be positive", () -> new ImageGrid(3, -1));
    assertMessage(
        "shape of images (=[3, 7, 11]) must be [n, c, h, w]",
        () -> new ImageGrid(3, 2).draw(Nd4j.ones(3, 7, 11)));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }

  private static int ink(PixelImage image, int top, int bottom, int left, int right) {
    int count = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        count += image.value(0, y, x) == INK ? 1 : 0;
      }
    }
    return count;
  }

  private static int count(PixelImage image, int value) {
    int count = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        count += image.value(0, y, x) == value ? 1 : 0;
      }
    }
    return count;
  }
}
