package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** The part of one axis from {@code from} up to, not including, {@code to}. */
public record Slice(Tensor x, int axis, long from, long to) implements Layer {

  public Slice {
    axis = Shapes.axis(axis, x);
    Require.that(
        0 <= from && from < to && to <= x.size(axis),
        "range",
        from + " to " + to,
        "must lie within axis " + axis + " of " + x);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    long[] shape = x.shapeArray();
    shape[axis] = to - from;
    return shape;
  }
}
