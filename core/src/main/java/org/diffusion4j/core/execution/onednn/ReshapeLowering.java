package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Reshape;

/** Other shapes of the same values: views, where the values need not move. */
final class ReshapeLowering implements Lowering<Reshape> {

  @Override
  public View forward(Forward pass, KernelParts<Reshape> kernel) {
    Reshape layer = kernel.root();
    return Copies.reshape(pass.plan(), pass.value(layer.x()), kernel.output().shapeArray());
  }

  @Override
  public void backward(Backward pass, KernelParts<Reshape> kernel, View gradient) {
    Reshape layer = kernel.root();
    pass.add(layer.x(), Copies.reshape(pass.plan(), gradient, layer.x().shapeArray()));
  }
}
