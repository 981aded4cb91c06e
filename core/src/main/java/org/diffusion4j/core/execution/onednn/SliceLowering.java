package org.diffusion4j.core.execution.onednn;

import java.util.Optional;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Tensor;

/** Parts of an axis: views, or the part of a linear layer that computes them. */
final class SliceLowering implements Lowering<Slice> {

  @Override
  public View forward(Forward pass, Slice layer, Tensor output) {
    Optional<Dense> dense = pass.fusions().deferred(layer.x(), Dense.class);
    return dense.isPresent()
        ? DenseLowering.part(pass, dense.get(), layer.from(), layer.to(), output)
        : pass.value(layer.x()).slice(layer.axis(), layer.from(), layer.to());
  }

  @Override
  public void backward(Backward pass, Slice layer, Tensor output, View gradient) {
    pass.addPart(layer.x(), layer.axis(), layer.from(), layer.to(), gradient);
  }
}
