package org.diffusion4j.core.graph;

/** A number of pixels in each direction. */
public record Size2d(int height, int width) {

  /** The same in both directions. */
  public static Size2d of(int size) {
    return new Size2d(size, size);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
