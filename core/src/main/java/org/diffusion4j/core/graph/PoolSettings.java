package org.diffusion4j.core.graph;

import org.diffusion4j.core.check.Require;

/**
 * The windows of a pooling.
 *
 * @param kernel the size of a window
 * @param stride the distance of windows
 * @param padding pixels on both sides that windows may cover, at most half of the kernel
 * @param ceilMode whether windows that begin within the image or its padding may end beyond it, so
 *     that sizes are rounded up, not down
 */
public record PoolSettings(Size2d kernel, Size2d stride, Size2d padding, boolean ceilMode) {

  public PoolSettings {
    Shapes.requirePositive("kernel", kernel);
    Shapes.requirePositive("stride", stride);
    Shapes.requireNotNegative("padding", padding);
    Require.atMost("padding height", padding.height(), "half of the kernel", kernel.height() / 2);
    Require.atMost("padding width", padding.width(), "half of the kernel", kernel.width() / 2);
  }

  /** Square windows side by side, without padding. */
  public static PoolSettings of(int kernel) {
    return new PoolSettings(Size2d.of(kernel), Size2d.of(kernel), Size2d.of(0), false);
  }

  /** These settings with another distance of windows in both directions. */
  public PoolSettings withStride(int stride) {
    return new PoolSettings(kernel, Size2d.of(stride), padding, ceilMode);
  }

  /** These settings with another padding on all four sides. */
  public PoolSettings withPadding(int padding) {
    return new PoolSettings(kernel, stride, Size2d.of(padding), ceilMode);
  }

  /** These settings with sizes rounded up or down. */
  public PoolSettings withCeilMode(boolean ceilMode) {
    return new PoolSettings(kernel, stride, padding, ceilMode);
  }

  /** The shape of what pooling {@code [n, c, h, w]} gives. */
  long[] pooledShape(Tensor x) {
    return new long[] {
      x.size(0),
      x.size(1),
      windows("height of " + x, x.size(2), kernel.height(), stride.height(), padding.height()),
      windows("width of " + x, x.size(3), kernel.width(), stride.width(), padding.width())
    };
  }

  private long windows(String name, long size, int kernel, int stride, int padding) {
    long room = size + 2L * padding - kernel;
    Require.that(room >= 0, name, size, "must with padding not be less than the kernel's");
    long windows = (ceilMode ? (room + stride - 1) / stride : room / stride) + 1;
    boolean lastIsOutside = (windows - 1) * stride >= size + padding;
    return lastIsOutside ? windows - 1 : windows;
  }

  /** The least shape that pools to {@code [n, c, h, w]}. */
  long[] unpooledShape(Tensor x) {
    return new long[] {
      x.size(0),
      x.size(1),
      (x.size(2) - 1) * stride.height() - 2L * padding.height() + kernel.height(),
      (x.size(3) - 1) * stride.width() - 2L * padding.width() + kernel.width()
    };
  }
}
