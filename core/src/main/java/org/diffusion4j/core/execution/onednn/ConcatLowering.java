package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Concat;
import org.diffusion4j.core.graph.Tensor;

/** Tensors side by side along an axis. */
final class ConcatLowering implements Lowering<Concat> {

  @Override
  public View forward(Forward pass, KernelParts<Concat> kernel) {
    Concat layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    boolean wide = layer.inputs().stream().anyMatch(x -> pass.value(x).type() == ElementType.F32);
    ElementType type = wide ? ElementType.F32 : ElementType.BF16;
    long[] shape = kernel.output().shapeArray();
    boolean images =
        shape.length == 4 && layer.inputs().stream().anyMatch(x -> pass.value(x).isChannelsLast());
    View whole = images ? plan.allocateImage(type, shape) : plan.allocate(type, shape);
    long from = 0;
    for (Tensor part : layer.inputs()) {
      long to = from + part.size(layer.axis());
      Copies.copy(plan, pass.value(part), whole.slice(layer.axis(), from, to));
      from = to;
    }
    return whole;
  }

  @Override
  public void backward(Backward pass, KernelParts<Concat> kernel, View gradient) {
    Concat layer = kernel.root();
    long from = 0;
    for (Tensor part : layer.inputs()) {
      long to = from + part.size(layer.axis());
      pass.add(part, gradient.slice(layer.axis(), from, to));
      from = to;
    }
  }
}
