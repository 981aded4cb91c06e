package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Reshape;
import org.diffusion4j.core.graph.Tensor;

/** Other shapes of the same values: views, where the values need not move. */
final class ReshapeLowering implements Lowering<Reshape> {

  @Override
  public View forward(Forward pass, Reshape layer, Tensor output) {
    return Copies.reshape(pass.plan(), pass.value(layer.x()), output.shapeArray());
  }

  @Override
  public void backward(Backward pass, Reshape layer, Tensor output, View gradient) {
    pass.add(layer.x(), Copies.reshape(pass.plan(), gradient, layer.x().shapeArray()));
  }
}
