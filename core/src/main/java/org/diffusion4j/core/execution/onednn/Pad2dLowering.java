package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Pad2d;

/** Zeros around images, where no convolution takes them as its own. */
final class Pad2dLowering implements Lowering<Pad2d> {

  @Override
  public View forward(Forward pass, KernelParts<Pad2d> kernel) {
    Pad2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View x = pass.value(layer.x());
    View y = plan.allocateImage(x.type(), kernel.output().shapeArray());
    Copies.clear(plan, y);
    Copies.copy(plan, x, inner(layer, y));
    return y;
  }

  @Override
  public void backward(Backward pass, KernelParts<Pad2d> kernel, View gradient) {
    Pad2d layer = kernel.root();
    pass.add(layer.x(), inner(layer, gradient));
  }

  private static View inner(Pad2d layer, View y) {
    return y.slice(2, layer.top(), layer.top() + layer.x().size(2))
        .slice(3, layer.left(), layer.left() + layer.x().size(3));
  }
}
