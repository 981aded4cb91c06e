package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The mean of each window of {@code [n, c, h, w]}; padding counts as zeros, what a window covers
 * beyond the padding in ceil mode counts for nothing.
 */
public record AvgPool2d(Tensor x, PoolSettings settings) implements Layer {

  public AvgPool2d {
    Shapes.requireRank("x", x, 4);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return settings.pooledShape(x);
  }

  /** The matrix {@code [h', h]} of the means along the height. */
  public double[][] rowMap() {
    return means(
        x.size(2),
        outputShape()[2],
        settings.kernel().height(),
        settings.stride().height(),
        settings.padding().height());
  }

  /** The matrix {@code [w', w]} of the means along the width. */
  public double[][] columnMap() {
    return means(
        x.size(3),
        outputShape()[3],
        settings.kernel().width(),
        settings.stride().width(),
        settings.padding().width());
  }

  private static double[][] means(long size, long windows, int kernel, int stride, int padding) {
    double[][] means = new double[Math.toIntExact(windows)][Math.toIntExact(size)];
    for (int window = 0; window < windows; window++) {
      int start = window * stride - padding;
      int end = Math.toIntExact(Math.min(start + kernel, size + padding));
      int from = Math.max(0, start);
      int to = Math.toIntExact(Math.min(end, size));
      Arrays.fill(means[window], from, to, 1.0 / (end - start));
    }
    return means;
  }
}
