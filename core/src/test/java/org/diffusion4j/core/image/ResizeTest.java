package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ResizeTest {

  @Test
  void valuesAreThoseOfPillow() {
    // Image.resize(size, Image.BICUBIC) of Pillow 12.3.0 on the same 7 x 5 picture.
    assertArrayEquals(
        new int[] {79, 138, 147, 149, 122, 118}, unsigned(Resize.bicubic(picture(), 2, 3)));
    assertArrayEquals(
        new int[] {
          12, 25, 63, 153, 160, 106, 100, 132, 190, 134, 80, 105, 133, 155, 91, 98, 159, 183, 170,
          124, 153, 183, 137, 173, 195, 93, 98, 170, 83, 61, 141, 101, 55
        },
        unsigned(Resize.bicubic(picture(), 3, 11)));
  }

  @Test
  void channelsAreResizedApart() {
    byte[] gray = picture().values();
    byte[] values = new byte[3 * gray.length];
    System.arraycopy(gray, 0, values, gray.length, gray.length);
    PixelImage resized = Resize.bicubic(new PixelImage(3, 5, 7, values), 11, 3);
    PixelImage alone = Resize.bicubic(picture(), 11, 3);
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 3; x++) {
        assertEquals(0, resized.value(0, y, x));
        assertEquals(alone.value(0, y, x), resized.value(1, y, x));
        assertEquals(0, resized.value(2, y, x));
      }
    }
  }

  @Test
  void coveringKeepsTheMiddle() {
    // Columns 1 to 5 of 7 are the middle square.
    PixelImage covered = Resize.cover(picture(), 5, 5);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 5; x++) {
        assertEquals(picture().value(0, y, x + 1), covered.value(0, y, x));
      }
    }
  }

  @Test
  void coveringWorksForPicturesThatAreOnlyALine() {
    PixelImage covered = Resize.cover(new PixelImage(1, 1, 1000, new byte[1000]), 32, 32);
    assertEquals(32, covered.height());
    assertEquals(32, covered.width());
  }

  private static PixelImage picture() {
    byte[] values = new byte[35];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * i * 37 + 11);
    }
    return new PixelImage(1, 5, 7, values);
  }

  private static int[] unsigned(PixelImage image) {
    int[] values = new int[image.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(image.values()[i]);
    }
    return values;
  }
}
