package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeTest {
  /** Width and height before and after: both ways, one side alone, lines and single pixels. */
  private static final int[][] SIZES = {
    {101, 67, 31, 43},
    {67, 101, 128, 97},
    {1, 101, 13, 7},
    {131, 1, 5, 11},
    {1, 1, 3, 2},
    {59, 61, 61, 59},
    {1009, 3, 2, 5},
    {101, 67, 101, 29},
    {101, 67, 37, 67},
    {89, 97, 8, 3},
    {3, 5, 257, 263}
  };

  /** Image.resize((3, 2)) of Pillow 12.3.0 on the same 7 x 5 picture. */
  @ParameterizedTest
  @CsvSource({
    "NEAREST, 75 127 219 255 75 191",
    "BOX, 68 137 141 175 97 110",
    "BILINEAR, 85 134 145 144 126 118",
    "HAMMING, 71 134 147 162 121 118",
    "BICUBIC, 79 138 147 149 122 118",
    "LANCZOS, 78 141 148 149 123 119"
  })
  void valuesAreThoseOfPillow(Resampling resample, String expected) {
    assertEquals(expected, unsigned(Resize.resize(picture(5, 7), 2, 3, resample)));
  }

  /** The checksum of Pillow 12.3.0's bytes, one picture after the other. */
  @ParameterizedTest
  @CsvSource({
    "NEAREST, 2068369341",
    "BOX, 1603549879",
    "BILINEAR, 2127524064",
    "HAMMING, 3713556571",
    "BICUBIC, 3769437490",
    "LANCZOS, 2941527733"
  })
  void everyByteIsThatOfPillow(Resampling resample, long expected) {
    CRC32 checksum = new CRC32();
    for (int[] size : SIZES) {
      checksum.update(
          Resize.resize(picture(size[1], size[0]), size[3], size[2], resample).values());
    }
    assertEquals(expected, checksum.getValue());
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void channelsAreResizedApart(Resampling resample) {
    byte[] gray = picture(5, 7).values();
    byte[] values = new byte[3 * gray.length];
    System.arraycopy(gray, 0, values, gray.length, gray.length);
    PixelImage resized = Resize.resize(new PixelImage(3, 5, 7, values), 11, 3, resample);
    PixelImage alone = Resize.resize(picture(5, 7), 11, 3, resample);
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 3; x++) {
        assertEquals(0, resized.value(0, y, x));
        assertEquals(alone.value(0, y, x), resized.value(1, y, x));
        assertEquals(0, resized.value(2, y, x));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void aPictureOfOnePixelBecomesAFlatOne(Resampling resample) {
    PixelImage resized =
        Resize.resize(new PixelImage(1, 1, 1, new byte[] {(byte) 199}), 2, 3, resample);
    assertEquals("199 199 199 199 199 199", unsigned(resized));
  }

  @Test
  void theShorterSideIsSetAndTheLongerCutToWholePixels() {
    // 7 x 11 / 5 = 15.4
    PixelImage wide = Resize.shortestEdge(picture(5, 7), 11, Resampling.BOX);
    assertEquals("11 x 15", wide.height() + " x " + wide.width());
    PixelImage high = Resize.shortestEdge(picture(7, 5), 11, Resampling.BOX);
    assertEquals("15 x 11", high.height() + " x " + high.width());
    PixelImage square = Resize.shortestEdge(picture(5, 5), 3, Resampling.BOX);
    assertEquals("3 x 3", square.height() + " x " + square.width());
  }

  @Test
  void aLineBecomesABandUpToTheLimitOfASide() {
    PixelImage band = Resize.shortestEdge(picture(5000, 1), 24, Resampling.BICUBIC);
    assertEquals("120000 x 24", band.height() + " x " + band.width());
    assertEquals(
        "longer side of a picture of height 5000 and width 1 with shortestEdge 224 (=1120000) must"
            + " be at most 1048576",
        assertThrows(
                IllegalArgumentException.class,
                () -> Resize.shortestEdge(picture(5000, 1), 224, Resampling.BICUBIC))
            .getMessage());
  }

  @Test
  void whatWouldTakeTooMuchMemoryIsRefused() {
    assertEquals(
        "height (=1048577) must be from 1 to 1048576",
        refusal(picture(1, 1), Resize.MAX_SIDE + 1, 1));
    assertEquals(
        "number of pixels (=65536 x 1025) must be at most 67108864",
        refusal(picture(1, 1), 1 << 16, 1025));
    // The columns come first: 65537 rows of 1024 pixels each lie between the passes.
    assertEquals(
        "number of pixels (=65537 x 1024) must be at most 67108864",
        refusal(picture((1 << 16) + 1, 1), 1, 1024));
    assertEquals(
        "width of image (=1048577) must be from 1 to 1048576",
        refusal(picture(1, Resize.MAX_SIDE + 1), 1, 1));
    assertEquals("width (=0) must be from 1 to 1048576", refusal(picture(1, 1), 1, 0));
  }

  @Test
  void coveringKeepsTheMiddle() {
    // Columns 1 to 5 of 7 are the middle square.
    PixelImage covered = Resize.cover(picture(5, 7), 5, 5);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 5; x++) {
        assertEquals(picture(5, 7).value(0, y, x + 1), covered.value(0, y, x));
      }
    }
  }

  @Test
  void coveringWorksForPicturesThatAreOnlyALine() {
    PixelImage covered = Resize.cover(new PixelImage(1, 1, 1000, new byte[1000]), 32, 32);
    assertEquals(32, covered.height());
    assertEquals(32, covered.width());
  }

  @Test
  void sizeThatStaysLeavesThePictureAsItIs() {
    assertArrayEquals(
        picture(5, 7).values(), Resize.resize(picture(5, 7), 5, 7, Resampling.LANCZOS).values());
  }

  private static String refusal(PixelImage image, int height, int width) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> Resize.resize(image, height, width, Resampling.LANCZOS))
        .getMessage();
  }

  private static PixelImage picture(int height, int width) {
    byte[] values = new byte[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * i * 37 + 11);
    }
    return new PixelImage(1, height, width, values);
  }

  private static String unsigned(PixelImage image) {
    StringBuilder text = new StringBuilder();
    for (byte value : image.values()) {
      text.append(text.isEmpty() ? "" : " ").append(Byte.toUnsignedInt(value));
    }
    return text.toString();
  }
}
