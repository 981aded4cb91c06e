package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/** How one kind of layer becomes steps. */
interface Lowering<L extends Layer> {

  /**
   * Adds the steps that compute the layer.
   *
   * @param output the tensor that it gives
   * @return where its value will be; with its followers, where theirs will be
   */
  View forward(Forward pass, L layer, Tensor output);

  /**
   * Adds the steps that lead the gradient back to the layer's inputs.
   *
   * @param output the tensor that it gives
   * @param gradient that of the output
   */
  void backward(Backward pass, L layer, Tensor output, View gradient);
}
