package org.diffusion4j.core.execution.kernel;

import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Layer;

/** What a backward pass needs of the forward pass. */
final class GradientNeeds {
  private GradientNeeds() {}

  /** Whether a layer's gradient is computed from its inputs, which must then be kept. */
  static boolean includeInputsOf(Layer layer) {
    boolean isSum = layer instanceof Binary binary && binary.function() == BinaryFunction.ADD;
    return !isSum && !(layer instanceof Affine);
  }
}
