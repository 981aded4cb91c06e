package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** An elementwise function of two tensors whose shapes broadcast as NumPy's do. */
public record Binary(Tensor a, Tensor b, BinaryFunction function) implements Layer {

  public Binary {
    Shapes.broadcast(a, b);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(a, b);
  }

  @Override
  public long[] outputShape() {
    return Shapes.broadcast(a, b);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    return function.build(operand(view, a, b), operand(view, b, a));
  }

  /** ND4J gives {@code [1, 1] + [n]} the shape {@code [n]}: ones are put before that. */
  private static SDVariable operand(SameDiffView view, Tensor x, Tensor other) {
    if (other.length() > 1 || x.rank() >= other.rank()) {
      return view.variable(x);
    }
    long[] shape = new long[other.rank()];
    int added = other.rank() - x.rank();
    Arrays.fill(shape, 0, added, 1);
    System.arraycopy(x.shapeArray(), 0, shape, added, x.rank());
    return view.variable(x).reshape(shape);
  }
}
