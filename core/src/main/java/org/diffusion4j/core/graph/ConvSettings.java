package org.diffusion4j.core.graph;

import org.diffusion4j.core.check.Require;

/**
 * How a convolution's kernel moves over images; {@link #DEFAULT} and what differs from it.
 *
 * <pre>{@code
 * ConvSettings.DEFAULT.withStride(2).withPadding(1)
 * }</pre>
 *
 * @param stride the step of the kernel
 * @param padding zeros on both sides
 * @param dilation the distance of the kernel's taps
 * @param groups the number of parts that the channels fall into, each convolved by itself
 */
public record ConvSettings(Size2d stride, Size2d padding, Size2d dilation, int groups) {
  /** Stride 1, no padding, dilation 1, one group. */
  public static final ConvSettings DEFAULT =
      new ConvSettings(Size2d.of(1), Size2d.of(0), Size2d.of(1), 1);

  public ConvSettings {
    Shapes.requirePositive("stride", stride);
    Shapes.requireNotNegative("padding", padding);
    Shapes.requirePositive("dilation", dilation);
    Require.positive("groups", groups);
  }

  /** These settings with another stride in both directions. */
  public ConvSettings withStride(int stride) {
    return withStride(Size2d.of(stride));
  }

  /** These settings with another stride. */
  public ConvSettings withStride(Size2d stride) {
    return new ConvSettings(stride, padding, dilation, groups);
  }

  /** These settings with another padding on all four sides. */
  public ConvSettings withPadding(int padding) {
    return withPadding(Size2d.of(padding));
  }

  /** These settings with another padding. */
  public ConvSettings withPadding(Size2d padding) {
    return new ConvSettings(stride, padding, dilation, groups);
  }

  /** These settings with another dilation in both directions. */
  public ConvSettings withDilation(int dilation) {
    return withDilation(Size2d.of(dilation));
  }

  /** These settings with another dilation. */
  public ConvSettings withDilation(Size2d dilation) {
    return new ConvSettings(stride, padding, dilation, groups);
  }

  /** These settings with another number of groups. */
  public ConvSettings withGroups(int groups) {
    return new ConvSettings(stride, padding, dilation, groups);
  }

  /** The pixels that a dilated kernel {@code [kh, kw, ...]} spans. */
  public Size2d reach(Tensor weight) {
    return new Size2d(
        Math.toIntExact(dilation.height() * (weight.size(0) - 1) + 1),
        Math.toIntExact(dilation.width() * (weight.size(1) - 1) + 1));
  }
}
