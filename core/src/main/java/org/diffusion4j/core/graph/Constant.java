package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** Values that are part of the graph: frequencies, masks. */
public record Constant(List<Double> values, List<Long> shape) implements Layer {

  public Constant {
    values = List.copyOf(values);
    shape = List.copyOf(shape);
    Require.equal("number of values", values.size(), "size of the shape", Shapes.size(shape));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of();
  }

  @Override
  public long[] outputShape() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
