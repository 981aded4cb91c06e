package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Permute;

/** Axes in another order: views. */
final class PermuteLowering implements Lowering<Permute> {

  @Override
  public View forward(Forward pass, KernelParts<Permute> kernel) {
    Permute layer = kernel.root();
    return pass.value(layer.x()).permute(axes(layer));
  }

  @Override
  public void backward(Backward pass, KernelParts<Permute> kernel, View gradient) {
    Permute layer = kernel.root();
    pass.add(layer.x(), gradient.unpermute(axes(layer)));
  }

  private static int[] axes(Permute layer) {
    return layer.axes().stream().mapToInt(Integer::intValue).toArray();
  }
}
