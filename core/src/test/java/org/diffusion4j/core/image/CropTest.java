package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CropTest {

  @Test
  void theOddRestOfWhatIsCutOffIsBelowAndToTheRight() {
    // Row (3 - 2) / 2 = 0 and column (5 - 2) / 2 = 1 are the first ones.
    assertArrayEquals(
        new byte[] {2, 3, 7, 8, 17, 18, 22, 23}, channels(Crop.center(picture(), 2, 2), 0, 1));
  }

  @Test
  void theOddRestOfWhatIsAddedIsAboveAndToTheLeft() {
    assertArrayEquals(
        new byte[] {
          0, 0, 0, 0, 0, 0, //
          0, 1, 2, 3, 4, 5, //
          0, 6, 7, 8, 9, 10, //
          0, 11, 12, 13, 14, 15
        },
        channels(Crop.center(picture(), 4, 6), 0));
  }

  @Test
  void oneSideIsCutAndTheOtherFilled() {
    assertArrayEquals(new byte[] {0, 3, 8, 13, 0}, channels(Crop.center(picture(), 5, 1), 0));
  }

  @Test
  void whatWouldTakeTooMuchMemoryIsRefused() {
    assertEquals(
        "number of pixels (=2147483647 x 2147483647) must be at most 67108864",
        assertThrows(
                IllegalArgumentException.class,
                () -> Crop.center(picture(), Integer.MAX_VALUE, Integer.MAX_VALUE))
            .getMessage());
  }

  /** 1 to 15 in the first channel, 16 to 30 in the second and so on. */
  private static PixelImage picture() {
    byte[] values = new byte[3 * 3 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i + 1);
    }
    return new PixelImage(3, 3, 5, values);
  }

  private static byte[] channels(PixelImage image, int... channels) {
    int size = image.height() * image.width();
    byte[] values = new byte[channels.length * size];
    for (int i = 0; i < channels.length; i++) {
      System.arraycopy(image.values(), channels[i] * size, values, i * size, size);
    }
    return values;
  }
}
