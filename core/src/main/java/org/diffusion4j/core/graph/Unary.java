package org.diffusion4j.core.graph;

import java.util.List;

/** An elementwise function of one tensor. */
public record Unary(Tensor x, UnaryFunction function) implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
