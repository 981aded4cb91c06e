package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;

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

  @Override
  public SDVariable build(SameDiffView view) {
    int[] begin = new int[x.rank()];
    int[] size = x.shape().stream().mapToInt(Math::toIntExact).toArray();
    begin[axis] = Math.toIntExact(from);
    size[axis] = Math.toIntExact(to - from);
    return view.sameDiff().slice(view.variable(x), begin, size);
  }
}
