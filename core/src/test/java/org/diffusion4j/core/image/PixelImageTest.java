package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PixelImageTest {

  @Test
  void grayBecomesThreeEqualChannelsAndColorBecomesLuma() {
    PixelImage gray = new PixelImage(1, 1, 2, new byte[] {7, (byte) 200});
    assertArrayEquals(
        new byte[] {7, (byte) 200, 7, (byte) 200, 7, (byte) 200},
        gray.converted(ColorMode.RGB).values());
    // 0.299 x 10 + 0.587 x 20 + 0.114 x 30 = 18.2, and 0.299 x 200 + 0.587 x 100 + 5.7 = 124.2.
    byte[] color = {10, (byte) 200, 20, 100, 30, 50};
    assertArrayEquals(
        new byte[] {18, 124}, new PixelImage(3, 1, 2, color).converted(ColorMode.GRAY).values());
    assertSame(gray, gray.converted(ColorMode.GRAY));
  }

  @Test
  void everyByteSurvivesTheRoundTrip() {
    byte[] values = new byte[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) i;
    }
    PixelImage image = new PixelImage(1, 2, 128, values);
    INDArray array = image.toArray();
    assertArrayEquals(new long[] {1, 1, 2, 128}, array.shape());
    assertEquals(-1f, array.getFloat(0, 0, 0, 0));
    assertEquals(1f, array.getFloat(0, 0, 1, 127));
    assertArrayEquals(values, PixelImage.of(array).values());
  }

  @Test
  void valuesAreClampedAndRounded() {
    // (-0.5 + 1) * 127.5 = 63.75 and (0.25 + 1) * 127.5 = 159.375.
    INDArray array = Nd4j.createFromArray(-7f, -0.5f, Float.NaN, 0.25f, 1.5f).reshape(1, 5, 1);
    assertArrayEquals(
        new byte[] {0, 64, (byte) 128, (byte) 159, (byte) 255}, PixelImage.of(array).values());
  }

  @Test
  void channelsStayPlanarAlsoFromViewsInFortranOrder() {
    INDArray array = Nd4j.arange(30).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
    INDArray planar = array.subi(15).divi(15).reshape('c', 3, 2, 5);
    PixelImage expected = PixelImage.of(planar);
    assertArrayEquals(expected.values(), PixelImage.of(planar.dup('f')).values());
    assertEquals(expected.value(2, 1, 3), Byte.toUnsignedInt(expected.values()[2 * 10 + 5 + 3]));
  }

  @Test
  void enlargingRepeatsPixels() {
    PixelImage image = new PixelImage(1, 1, 2, new byte[] {3, 5}).enlarged(2);
    assertArrayEquals(new byte[] {3, 3, 5, 5, 3, 3, 5, 5}, image.values());
    assertEquals(2, image.height());
    assertEquals(4, image.width());
  }

  @Test
  void shapesThatAreNoPictureAreRefused() {
    assertMessage(
        "shape of image (=[2, 3, 5, 7]) must be [c, h, w] or [1, c, h, w]",
        () -> PixelImage.of(Nd4j.zeros(2, 3, 5, 7)));
    assertMessage("channels (=2) must be 1 or 3", () -> PixelImage.of(Nd4j.zeros(2, 3, 5)));
    assertMessage(
        "number of values (=5) must be channels x height x width (=1 x 2 x 3)",
        () -> new PixelImage(1, 2, 3, new byte[5]));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
