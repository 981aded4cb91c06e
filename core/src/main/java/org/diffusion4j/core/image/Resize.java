package org.diffusion4j.core.image;

import org.diffusion4j.core.check.Require;

/**
 * Resizing, byte for byte as Pillow's {@code Image.resize} does it.
 *
 * <p>A kernel's pass over the columns comes first, then one over the rows, each in fixed point and
 * rounded to bytes. No side of a picture may exceed {@link #MAX_SIDE}, and neither the result nor
 * what lies between the two passes {@link ImageFiles#MAX_PIXELS}.
 */
public final class Resize {
  /** The longest side in pixels; with more, weights in fixed point would round to nothing. */
  public static final int MAX_SIDE = 1 << 20;

  private Resize() {}

  /**
   * The whole picture at another size, its aspect ratio given up where the two differ.
   *
   * @throws IllegalArgumentException if a side or the number of pixels is too large
   */
  public static PixelImage resize(PixelImage image, int height, int width, Resampling resample) {
    Require.inRange("height", height, 1, MAX_SIDE);
    Require.inRange("width", width, 1, MAX_SIDE);
    Require.inRange("height of image", image.height(), 1, MAX_SIDE);
    Require.inRange("width of image", image.width(), 1, MAX_SIDE);
    checkPixels(height, width);
    if (resample == Resampling.NEAREST) {
      return nearest(image, height, width);
    }
    PixelImage narrowed =
        image.width() == width
            ? image
            : columns(image, ResamplingWeights.of(resample, image.width(), width));
    return image.height() == height
        ? narrowed
        : rows(narrowed, ResamplingWeights.of(resample, image.height(), height));
  }

  /**
   * The picture with its shorter side at a length, the aspect ratio kept.
   *
   * <p>The longer side is cut to whole pixels, as in transformers.
   *
   * @throws IllegalArgumentException if the longer side or the number of pixels becomes too large
   */
  public static PixelImage shortestEdge(PixelImage image, int shortestEdge, Resampling resample) {
    Require.inRange("shortestEdge", shortestEdge, 1, MAX_SIDE);
    int shorter = Math.min(image.height(), image.width());
    int longer = Math.max(image.height(), image.width());
    long length = (long) shortestEdge * longer / shorter;
    Require.that(
        length <= MAX_SIDE,
        "longer side of a picture of height "
            + image.height()
            + " and width "
            + image.width()
            + " with shortestEdge "
            + shortestEdge,
        length,
        "must be at most " + MAX_SIDE);
    return image.height() < image.width()
        ? resize(image, shortestEdge, (int) length, resample)
        : resize(image, (int) length, shortestEdge, resample);
  }

  /**
   * The middle of the picture in the aspect ratio asked for, resized to it by a bicubic filter.
   *
   * <p>This is the resize to the shorter side and centre crop that training of image models uses,
   * in the other order.
   *
   * @throws IllegalArgumentException if a side or the number of pixels is too large
   */
  public static PixelImage cover(PixelImage image, int height, int width) {
    Require.positive("height", height);
    Require.positive("width", width);
    double scale = Math.min((double) image.height() / height, (double) image.width() / width);
    int cropHeight = (int) Math.max(1, Math.min(image.height(), Math.round(height * scale)));
    int cropWidth = (int) Math.max(1, Math.min(image.width(), Math.round(width * scale)));
    return resize(Crop.center(image, cropHeight, cropWidth), height, width, Resampling.BICUBIC);
  }

  static void checkPixels(int height, int width) {
    Require.that(
        (long) height * width <= ImageFiles.MAX_PIXELS,
        "number of pixels",
        height + " x " + width,
        "must be at most " + ImageFiles.MAX_PIXELS);
  }

  private static PixelImage columns(PixelImage image, ResamplingWeights weights) {
    int width = weights.length();
    checkPixels(image.height(), width);
    int rows = image.channels() * image.height();
    byte[] resized = new byte[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      for (int x = 0; x < width; x++) {
        resized[row * width + x] = weights.apply(x, image.values(), row * image.width(), 1);
      }
    }
    return new PixelImage(image.channels(), image.height(), width, resized);
  }

  private static PixelImage rows(PixelImage image, ResamplingWeights weights) {
    int height = weights.length();
    int width = image.width();
    byte[] resized = new byte[Math.multiplyExact(image.channels() * height, width)];
    for (int channel = 0; channel < image.channels(); channel++) {
      int plane = channel * image.height() * width;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          resized[(channel * height + y) * width + x] =
              weights.apply(y, image.values(), plane + x, width);
        }
      }
    }
    return new PixelImage(image.channels(), height, width, resized);
  }

  private static PixelImage nearest(PixelImage image, int height, int width) {
    int[] rows = nearest(image.height(), height);
    int[] columns = nearest(image.width(), width);
    byte[] resized = new byte[Math.multiplyExact(image.channels() * height, width)];
    int position = 0;
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int row : rows) {
        int start = (channel * image.height() + row) * image.width();
        for (int column : columns) {
          resized[position++] = image.values()[start + column];
        }
      }
    }
    return new PixelImage(image.channels(), height, width, resized);
  }

  /** The places that the middles of the pixels of a resized line fall into. */
  private static int[] nearest(int sourceLength, int targetLength) {
    double scale = (double) sourceLength / targetLength;
    int[] places = new int[targetLength];
    // Adding up, as Pillow does, and not multiplying decides between two equally near pixels.
    double place = scale * 0.5;
    for (int target = 0; target < targetLength; target++) {
      places[target] = Math.min(sourceLength - 1, (int) place);
      place += scale;
    }
    return places;
  }
}
