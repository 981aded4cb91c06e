package org.diffusion4j.core.execution.kernel;

import java.util.Optional;
import java.util.function.ToIntFunction;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/** Says which of a layer's inputs it had better act on as soon as that is computed. */
interface EpilogueRule {

  /**
   * The input whose kernel the layer may join.
   *
   * @param giver the index of the kernel that gives a tensor; -1 for what is there from the start
   */
  Optional<Tensor> joins(Layer layer, ToIntFunction<Tensor> giver);
}
