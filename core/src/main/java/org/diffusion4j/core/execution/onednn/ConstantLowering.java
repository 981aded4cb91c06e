package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Constant;
import org.diffusion4j.core.graph.Tensor;

/** Values that are part of the graph. */
final class ConstantLowering implements Lowering<Constant> {

  @Override
  public View forward(Forward pass, Constant layer, Tensor output) {
    float[] values = new float[layer.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = layer.values().get(i).floatValue();
    }
    return pass.plan().constant(values, output.shapeArray());
  }

  @Override
  public void backward(Backward pass, Constant layer, Tensor output, View gradient) {}
}
