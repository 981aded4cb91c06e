package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Tensor;

/** Axes in another order: views. */
final class PermuteLowering implements Lowering<Permute> {

  @Override
  public View forward(Forward pass, Permute layer, Tensor output) {
    return pass.value(layer.x())
        .permute(layer.axes().stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public void backward(Backward pass, Permute layer, Tensor output, View gradient) {
    int[] inverse = new int[layer.axes().size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[layer.axes().get(i)] = i;
    }
    pass.add(layer.x(), gradient.permute(inverse));
  }
}
