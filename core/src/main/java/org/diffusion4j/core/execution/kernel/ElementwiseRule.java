package org.diffusion4j.core.execution.kernel;

import java.util.Optional;
import java.util.function.ToIntFunction;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Elu;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LeakyRelu;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.Unary;

/** A function of each value joins what computes the value. */
final class ElementwiseRule implements EpilogueRule {

  @Override
  public Optional<Tensor> joins(Layer layer, ToIntFunction<Tensor> giver) {
    boolean elementwise =
        layer instanceof Affine
            || layer instanceof Clip
            || layer instanceof Elu
            || layer instanceof LeakyRelu
            || layer instanceof Unary;
    return elementwise ? Optional.of(layer.inputs().get(0)) : Optional.empty();
  }
}
