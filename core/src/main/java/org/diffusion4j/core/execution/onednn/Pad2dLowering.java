package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Tensor;

/** Zeros around images, where no convolution takes them as its own. */
final class Pad2dLowering implements Lowering<Pad2d> {

  @Override
  public View forward(Forward pass, Pad2d layer, Tensor output) {
    PrimitivePlan plan = pass.plan();
    View x = pass.value(layer.x());
    View y = plan.allocateImage(x.type(), output.shapeArray());
    Copies.clear(plan, y);
    Copies.copy(plan, x, inner(layer, y));
    return y;
  }

  @Override
  public void backward(Backward pass, Pad2d layer, Tensor output, View gradient) {
    pass.add(layer.x(), inner(layer, gradient));
  }

  private static View inner(Pad2d layer, View y) {
    return y.slice(2, layer.top(), layer.top() + layer.x().size(2))
        .slice(3, layer.left(), layer.left() + layer.x().size(3));
  }
}
