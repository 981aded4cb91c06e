package org.diffusion4j.core.graph;

import java.util.List;

/**
 * One layer-level operation: a record of what is computed, of which tensors, with which settings.
 *
 * <p>A record checks its shapes when it is made and knows the shape of what it gives. How it is
 * computed stands with each executor; SameDiff's way is the definition that all are held to.
 */
public interface Layer {

  /** The tensors that it reads, parameters included. */
  List<Tensor> inputs();

  /** The shape of what it gives: that of its first input unless said otherwise. */
  default long[] outputShape() {
    return inputs().get(0).shapeArray();
  }
}
