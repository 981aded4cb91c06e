package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.StopGradient;

/** The same values, which no gradient leads back through. */
final class StopGradientLowering implements Lowering<StopGradient> {

  @Override
  public View forward(Forward pass, KernelParts<StopGradient> kernel) {
    StopGradient layer = kernel.root();
    return pass.value(layer.x());
  }

  @Override
  public void backward(Backward pass, KernelParts<StopGradient> kernel, View gradient) {}
}
