package org.diffusion4j.core.execution.kernel;

import java.util.Optional;
import java.util.function.ToIntFunction;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/** A sum or product of two tensors of one shape joins the kernel of the one that is there last. */
final class ResidualRule implements EpilogueRule {

  @Override
  public Optional<Tensor> joins(Layer layer, ToIntFunction<Tensor> giver) {
    return layer instanceof Binary binary
            && (binary.function() == BinaryFunction.ADD
                || binary.function() == BinaryFunction.MULTIPLY)
            && binary.a().shape().equals(binary.b().shape())
        ? later(binary.a(), binary.b(), giver)
        : Optional.empty();
  }

  /** Of one kernel's two values, the other would not be there when the last is computed. */
  private static Optional<Tensor> later(Tensor a, Tensor b, ToIntFunction<Tensor> giver) {
    int order = Integer.compare(giver.applyAsInt(a), giver.applyAsInt(b));
    return order == 0 ? Optional.empty() : Optional.of(order > 0 ? a : b);
  }
}
