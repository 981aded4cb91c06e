package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** The same values, in C order, under another shape. */
public record Reshape(Tensor x, List<Long> shape) implements Layer {

  public Reshape {
    shape = List.copyOf(shape);
    Require.equal("size of " + x, x.length(), "size of " + shape, Shapes.size(shape));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
