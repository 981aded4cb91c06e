package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Tensor;

/** Axes in another order: views. */
final class PermuteLowering implements Lowering<Permute> {

  @Override
  public View forward(Forward pass, Permute layer, Tensor output) {
    return pass.value(layer.x()).permute(axes(layer));
  }

  @Override
  public void backward(Backward pass, Permute layer, Tensor output, View gradient) {
    pass.add(layer.x(), gradient.unpermute(axes(layer)));
  }

  private static int[] axes(Permute layer) {
    return layer.axes().stream().mapToInt(Integer::intValue).toArray();
  }
}
