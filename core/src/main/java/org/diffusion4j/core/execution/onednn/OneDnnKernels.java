package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.Kernel;
import org.diffusion4j.core.execution.kernel.KernelSupport;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Slice;

/**
 * What the lowerings here compute together.
 *
 * @param training whether a backward pass follows; group norms have no epilogue then
 */
record OneDnnKernels(boolean training) implements KernelSupport {

  @Override
  public boolean takesBefore(Layer root, Layer before) {
    return (root instanceof Convolution2d && before instanceof Pad2d)
        || (root instanceof GroupNormalization && isSum(before))
        || (root instanceof Slice && before instanceof Dense);
  }

  @Override
  public boolean takesAfter(Kernel kernel, Layer follower) {
    boolean product = isProduct(kernel);
    if (follower instanceof Binary binary) {
      return product && PostOp.algorithm(binary.function()).isPresent();
    }
    boolean norm = kernel.root().layer() instanceof GroupNormalization && !training;
    return (product || norm) && Activation.of(follower).isPresent();
  }

  private static boolean isSum(Layer layer) {
    return layer instanceof Binary binary && binary.function() == BinaryFunction.ADD;
  }

  /** A slice with something before it is a part of a linear layer. */
  private static boolean isProduct(Kernel kernel) {
    Layer root = kernel.root().layer();
    return root instanceof Convolution2d
        || root instanceof Dense
        || (root instanceof Slice && !kernel.prologue().isEmpty());
  }
}
