package org.diffusion4j.core.graph;

import java.util.List;

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
}
