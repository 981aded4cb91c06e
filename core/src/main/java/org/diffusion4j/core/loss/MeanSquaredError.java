package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/** {@code mean((input - target)^2)} over all values. */
public final class MeanSquaredError {
  private MeanSquaredError() {}

  /**
   * Adds the loss.
   *
   * @return a scalar
   */
  public static Tensor build(Graph graph, Tensor input, Tensor target) {
    return graph.mean(graph.apply(UnaryFunction.SQUARE, graph.subtract(input, target)), false);
  }
}
