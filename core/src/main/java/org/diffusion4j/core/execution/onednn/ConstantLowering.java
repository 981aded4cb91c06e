package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Constant;

/** Values that are part of the graph. */
final class ConstantLowering implements Lowering<Constant> {

  @Override
  public View forward(Forward pass, KernelParts<Constant> kernel) {
    Constant layer = kernel.root();
    float[] values = new float[layer.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = layer.values().get(i).floatValue();
    }
    return pass.plan().constant(values, kernel.output().shapeArray());
  }

  @Override
  public void backward(Backward pass, KernelParts<Constant> kernel, View gradient) {}
}
