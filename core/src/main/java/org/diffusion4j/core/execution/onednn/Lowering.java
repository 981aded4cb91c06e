package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Layer;

/** How kernels around one kind of layer become steps. */
interface Lowering<L extends Layer> {

  /**
   * Adds the steps that compute the kernel, all parts of it.
   *
   * @return where the kernel's value will be
   */
  View forward(Forward pass, KernelParts<L> kernel);

  /**
   * Adds the steps that lead the gradient of the root back to its inputs.
   *
   * @param kernel the root and what is before it; what the lowering does not take of that has steps
   *     of its own
   * @param gradient that of the root's output
   */
  void backward(Backward pass, KernelParts<L> kernel, View gradient);
}
