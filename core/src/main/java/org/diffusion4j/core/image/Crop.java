package org.diffusion4j.core.image;

import org.diffusion4j.core.check.Require;

/** Cutting pictures out of pictures. */
public final class Crop {
  private Crop() {}

  /**
   * The middle of a picture; where the picture ends, black.
   *
   * <p>An odd rest of what is cut off is below and to the right, as in transformers; an odd rest of
   * what is added is above and to the left.
   *
   * @param height the height of the result in pixels
   * @param width the width of the result in pixels
   */
  public static PixelImage center(PixelImage image, int height, int width) {
    Require.positive("height", height);
    Require.positive("width", width);
    Resize.checkPixels(height, width);
    if (height == image.height() && width == image.width()) {
      return image;
    }
    int top = Math.floorDiv(image.height() - height, 2);
    int left = Math.floorDiv(image.width() - width, 2);
    int firstRow = Math.max(0, top);
    int endRow = Math.min(image.height(), top + height);
    int firstColumn = Math.max(0, left);
    int columns = Math.min(image.width(), left + width) - firstColumn;
    byte[] cropped = new byte[Math.multiplyExact(image.channels() * height, width)];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int row = firstRow; row < endRow; row++) {
        int source = (channel * image.height() + row) * image.width() + firstColumn;
        int target = (channel * height + row - top) * width + firstColumn - left;
        System.arraycopy(image.values(), source, cropped, target, columns);
      }
    }
    return new PixelImage(image.channels(), height, width, cropped);
  }
}
