package org.diffusion4j.core.image;

import org.diffusion4j.core.check.Require;

/**
 * Resizing by a bicubic filter that widens as the picture shrinks, so that nothing aliases.
 *
 * <p>The arithmetic is that of Pillow's {@code Image.resize(size, Image.BICUBIC)}: Keys' cubic with
 * a = -0.5 stretched by the shrink factor, columns first, each pass rounded to bytes.
 */
public final class Resize {
  private static final double CUBIC_A = -0.5;
  private static final double CUBIC_SUPPORT = 2;

  private Resize() {}

  /** The whole picture at another size, its aspect ratio given up where the two differ. */
  public static PixelImage bicubic(PixelImage image, int height, int width) {
    Require.positive("height", height);
    Require.positive("width", width);
    PixelImage narrowed = image.width() == width ? image : resizeColumns(image, width);
    return image.height() == height ? narrowed : resizeRows(narrowed, height);
  }

  /**
   * The middle of the picture in the aspect ratio asked for, resized to it.
   *
   * <p>This is the resize to the shorter side and centre crop that training of image models uses,
   * in the other order.
   */
  public static PixelImage cover(PixelImage image, int height, int width) {
    Require.positive("height", height);
    Require.positive("width", width);
    double scale = Math.min((double) image.height() / height, (double) image.width() / width);
    int cropHeight = (int) Math.max(1, Math.min(image.height(), Math.round(height * scale)));
    int cropWidth = (int) Math.max(1, Math.min(image.width(), Math.round(width * scale)));
    return bicubic(cropCentre(image, cropHeight, cropWidth), height, width);
  }

  private static PixelImage cropCentre(PixelImage image, int height, int width) {
    if (height == image.height() && width == image.width()) {
      return image;
    }
    int top = (image.height() - height) / 2;
    int left = (image.width() - width) / 2;
    byte[] cropped = new byte[image.channels() * height * width];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        int source = (channel * image.height() + top + y) * image.width() + left;
        System.arraycopy(image.values(), source, cropped, (channel * height + y) * width, width);
      }
    }
    return new PixelImage(image.channels(), height, width, cropped);
  }

  private static PixelImage resizeColumns(PixelImage image, int width) {
    int rows = image.channels() * image.height();
    byte[] resized = new byte[Math.multiplyExact(rows, width)];
    for (int x = 0; x < width; x++) {
      Taps taps = Taps.of(x, image.width(), width);
      for (int row = 0; row < rows; row++) {
        int first = row * image.width() + taps.first();
        resized[row * width + x] = taps.apply(image.values(), first, 1);
      }
    }
    return new PixelImage(image.channels(), image.height(), width, resized);
  }

  private static PixelImage resizeRows(PixelImage image, int height) {
    int width = image.width();
    byte[] resized = new byte[Math.multiplyExact(image.channels() * height, width)];
    for (int y = 0; y < height; y++) {
      Taps taps = Taps.of(y, image.height(), height);
      for (int channel = 0; channel < image.channels(); channel++) {
        for (int x = 0; x < width; x++) {
          int first = (channel * image.height() + taps.first()) * width + x;
          resized[(channel * height + y) * width + x] = taps.apply(image.values(), first, width);
        }
      }
    }
    return new PixelImage(image.channels(), height, width, resized);
  }

  /** Keys' cubic convolution kernel, "Cubic Convolution Interpolation" (1981), formula 4. */
  private static double cubic(double x) {
    double distance = Math.abs(x);
    if (distance < 1) {
      return ((CUBIC_A + 2) * distance - (CUBIC_A + 3)) * distance * distance + 1;
    } else if (distance < CUBIC_SUPPORT) {
      return CUBIC_A * (((distance - 5) * distance + 8) * distance - 4);
    } else {
      return 0;
    }
  }

  /** The source pixels that one target pixel is made of, and their weights. */
  private static final class Taps {
    private final int first;
    private final double[] weights;

    private Taps(int first, double[] weights) {
      this.first = first;
      this.weights = weights;
    }

    static Taps of(int target, int sourceSize, int targetSize) {
      double scale = (double) sourceSize / targetSize;
      double filterScale = Math.max(1, scale);
      double centre = (target + 0.5) * scale;
      double radius = CUBIC_SUPPORT * filterScale;
      int first = (int) Math.max(0, centre - radius + 0.5);
      int end = (int) Math.min(sourceSize, centre + radius + 0.5);
      double[] weights = new double[end - first];
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = cubic((first + i + 0.5 - centre) / filterScale);
        total += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= total;
      }
      return new Taps(first, weights);
    }

    int first() {
      return first;
    }

    byte apply(byte[] values, int start, int stride) {
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * Byte.toUnsignedInt(values[start + i * stride]);
      }
      return (byte) Math.max(0, Math.min(255, Math.round(sum)));
    }
  }
}
