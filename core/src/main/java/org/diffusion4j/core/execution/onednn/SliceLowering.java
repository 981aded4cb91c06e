package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Slice;

/** Parts of an axis: views, or the part of a linear layer that computes them. */
final class SliceLowering implements Lowering<Slice> {

  @Override
  public View forward(Forward pass, KernelParts<Slice> kernel) {
    Slice layer = kernel.root();
    return kernel
        .prologue(Dense.class)
        .map(dense -> DenseLowering.part(pass, dense, layer.from(), layer.to(), kernel))
        .orElseGet(() -> pass.value(layer.x()).slice(layer.axis(), layer.from(), layer.to()));
  }

  @Override
  public void backward(Backward pass, KernelParts<Slice> kernel, View gradient) {
    Slice layer = kernel.root();
    pass.addPart(layer.x(), layer.axis(), layer.from(), layer.to(), gradient);
  }
}
