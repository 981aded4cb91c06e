package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.Tensor;

/** The same values, which no gradient leads back through. */
final class StopGradientLowering implements Lowering<StopGradient> {

  @Override
  public View forward(Forward pass, StopGradient layer, Tensor output) {
    return pass.value(layer.x());
  }

  @Override
  public void backward(Backward pass, StopGradient layer, Tensor output, View gradient) {}
}
