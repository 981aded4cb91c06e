package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** An elementwise function of one tensor. */
public record Unary(Tensor x, UnaryFunction function) implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    return function.build(view.sameDiff(), view.variable(x));
  }
}
