package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * Images resampled to another size.
 *
 * @param x {@code [n, c, h, w]}
 * @param height of the output
 * @param width of the output
 * @param rowStep the distance of the output's rows in rows of x
 * @param columnStep the distance of the output's columns in columns of x
 */
public record Interpolate2d(
    Tensor x, Interpolation mode, long height, long width, double rowStep, double columnStep)
    implements Layer {

  public Interpolate2d {
    Shapes.requireRank("x", x, 4);
    Require.positive("height", height);
    Require.positive("width", width);
    Require.notNegative("rowStep", rowStep);
    Require.notNegative("columnStep", columnStep);
  }

  /** To a size; the steps follow from it. */
  static Interpolate2d toSize(Tensor x, Interpolation mode, long height, long width) {
    Shapes.requireRank("x", x, 4);
    return new Interpolate2d(
        x,
        mode,
        height,
        width,
        mode.alignsCorners() ? alignedStep(x.size(2), height) : x.size(2) / (double) height,
        mode.alignsCorners() ? alignedStep(x.size(3), width) : x.size(3) / (double) width);
  }

  /** By factors; sizes are rounded down, steps are the factors' inverses all the same. */
  static Interpolate2d byFactors(Tensor x, Interpolation mode, double down, double across) {
    Shapes.requireRank("x", x, 4);
    Require.positive("factor of the height", down);
    Require.positive("factor of the width", across);
    long height = (long) Math.floor(x.size(2) * down);
    long width = (long) Math.floor(x.size(3) * across);
    return mode.alignsCorners()
        ? toSize(x, mode, height, width)
        : new Interpolate2d(x, mode, height, width, 1 / down, 1 / across);
  }

  private static double alignedStep(long in, long out) {
    return out > 1 ? (in - 1) / (double) (out - 1) : 0;
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), height, width};
  }

  /** The matrix {@code [h', h]} that resamples the height. */
  public double[][] rowMap() {
    return mode.matrix(Math.toIntExact(x.size(2)), Math.toIntExact(height), rowStep);
  }

  /** The matrix {@code [w', w]} that resamples the width. */
  public double[][] columnMap() {
    return mode.matrix(Math.toIntExact(x.size(3)), Math.toIntExact(width), columnStep);
  }
}
