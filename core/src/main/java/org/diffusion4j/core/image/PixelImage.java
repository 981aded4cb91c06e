package org.diffusion4j.core.image;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One picture as unsigned bytes, planar [c,h,w], 0 black to 255 white.
 *
 * <p>A byte v stands for the pixel {@code v / 127.5 - 1}. The way back clamps to [-1,1] and rounds
 * to the nearest byte, so bytes survive the round trip unchanged.
 */
public final class PixelImage {
  private static final float HALF_RANGE = 127.5f;
  private static final float[] PIXELS = new float[256];

  static {
    for (int value = 0; value < PIXELS.length; value++) {
      PIXELS[value] = value / HALF_RANGE - 1;
    }
  }

  private final int channels;
  private final int height;
  private final int width;
  private final byte[] values;

  /**
   * A picture over the given bytes, which are kept and not copied.
   *
   * @param values channel by channel, row by row
   * @throws IllegalArgumentException if channels is neither 1 nor 3, a side is not positive, or
   *     there are not channels x height x width values
   */
  public PixelImage(int channels, int height, int width, byte[] values) {
    Require.that(channels == 1 || channels == 3, "channels", channels, "must be 1 or 3");
    Require.positive("height", height);
    Require.positive("width", width);
    if (values.length != Math.multiplyExact((long) channels * height, (long) width)) {
      throw new IllegalArgumentException(
          "number of values (="
              + values.length
              + ") must be channels x height x width (="
              + channels
              + " x "
              + height
              + " x "
              + width
              + ")");
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /**
   * The picture nearest to an array: values clamped to [-1,1] and rounded, NaN to the middle gray.
   *
   * @param image [c,h,w] or [1,c,h,w] with c 1 or 3
   * @throws IllegalArgumentException if the shape is another
   */
  public static PixelImage of(INDArray image) {
    long[] shape = image.shape();
    boolean batched = shape.length == 4 && shape[0] == 1;
    Require.that(
        batched || shape.length == 3,
        "shape of image",
        Arrays.toString(shape),
        "must be [c, h, w] or [1, c, h, w]");
    int axis = batched ? 1 : 0;
    float[] pixels = image.castTo(DataType.FLOAT).dup('c').data().asFloat();
    byte[] values = new byte[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = toByte(pixels[i]);
    }
    return new PixelImage(
        Math.toIntExact(shape[axis]),
        Math.toIntExact(shape[axis + 1]),
        Math.toIntExact(shape[axis + 2]),
        values);
  }

  /** The pixel in [-1,1] that an unsigned byte stands for. */
  public static float toPixel(byte value) {
    return PIXELS[Byte.toUnsignedInt(value)];
  }

  private static byte toByte(float pixel) {
    float finite = Float.isNaN(pixel) ? 0 : pixel;
    return (byte) Math.round((Math.max(-1, Math.min(1, finite)) + 1) * HALF_RANGE);
  }

  /** The picture as FLOAT [1,c,h,w] in [-1,1]. */
  public INDArray toArray() {
    float[] pixels = new float[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = toPixel(values[i]);
    }
    return Nd4j.createFromArray(pixels).reshape('c', 1, channels, height, width);
  }

  /** The picture in other channels: gray three times for RGB, luma for gray. */
  public PixelImage converted(ColorMode mode) {
    if (channels == mode.channels()) {
      return this;
    }
    int size = height * width;
    byte[] converted = new byte[Math.multiplyExact(mode.channels(), size)];
    for (int i = 0; i < size; i++) {
      if (mode == ColorMode.RGB) {
        converted[i] = values[i];
        converted[size + i] = values[i];
        converted[2 * size + i] = values[i];
      } else {
        converted[i] =
            (byte)
                ColorMode.luma(
                    Byte.toUnsignedInt(values[i]),
                    Byte.toUnsignedInt(values[size + i]),
                    Byte.toUnsignedInt(values[2 * size + i]));
      }
    }
    return new PixelImage(mode.channels(), height, width, converted);
  }

  /**
   * The picture with every pixel drawn as a square.
   *
   * @param factor the side of the square
   */
  public PixelImage enlarged(int factor) {
    Require.positive("factor", factor);
    int newHeight = Math.multiplyExact(height, factor);
    int newWidth = Math.multiplyExact(width, factor);
    byte[] enlarged =
        new byte[Math.multiplyExact(Math.multiplyExact(channels, newHeight), newWidth)];
    int position = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          enlarged[position++] = values[(channel * height + y / factor) * width + x / factor];
        }
      }
    }
    return new PixelImage(channels, newHeight, newWidth, enlarged);
  }

  /** The number of channels, 1 or 3. */
  public int channels() {
    return channels;
  }

  /** The height in pixels. */
  public int height() {
    return height;
  }

  /** The width in pixels. */
  public int width() {
    return width;
  }

  /** The value at a place, 0 to 255. */
  public int value(int channel, int y, int x) {
    return Byte.toUnsignedInt(values[(channel * height + y) * width + x]);
  }

  /** The bytes, channel by channel, row by row; not a copy, and not to be changed. */
  public byte[] values() {
    return values;
  }
}
