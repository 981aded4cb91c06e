package org.diffusion4j.core.graph;

import java.util.List;

/**
 * Where the values of a {@link MaxPool2d} of the same settings are: {@code row * w + column} within
 * each image plane of {@code [n, c, h, w]}, INT64, without a gradient.
 */
public record MaxPool2dIndices(Tensor x, PoolSettings settings) implements Layer {

  public MaxPool2dIndices {
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
}
