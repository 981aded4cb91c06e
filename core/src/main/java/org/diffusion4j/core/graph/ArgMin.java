package org.diffusion4j.core.graph;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where along an axis, which is dropped, the smallest value is, or the first of several; INT64,
 * without a gradient.
 */
public record ArgMin(Tensor x, int axis) implements Layer {

  public ArgMin {
    axis = Shapes.axis(axis, x);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return IntStream.range(0, x.rank()).filter(i -> i != axis).mapToLong(x::size).toArray();
  }
}
