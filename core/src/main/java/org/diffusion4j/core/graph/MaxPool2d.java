package org.diffusion4j.core.graph;

import java.util.List;

/**
 * The largest value of each window of {@code [n, c, h, w]}; of equal ones, the first in reading
 * order takes the gradient.
 *
 * <p>See {@link MaxPool2dIndices} for where the values are.
 */
public record MaxPool2d(Tensor x, PoolSettings settings) implements Layer {

  public MaxPool2d {
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
