package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** Tensors joined along an axis; their other axes are equal. */
public record Concat(List<Tensor> inputs, int axis) implements Layer {

  public Concat {
    inputs = List.copyOf(inputs);
    axis = Shapes.axis(axis, inputs.get(0));
    for (Tensor input : inputs) {
      Shapes.requireRank("input", input, inputs.get(0).rank());
      for (int i = 0; i < input.rank(); i++) {
        if (i != axis) {
          Require.equal(
              "axis " + i + " of " + input.name(),
              input.size(i),
              "the first's",
              inputs.get(0).size(i));
        }
      }
    }
  }

  @Override
  public long[] outputShape() {
    long[] shape = inputs.get(0).shapeArray();
    shape[axis] = inputs.stream().mapToLong(input -> input.size(axis)).sum();
    return shape;
  }
}
