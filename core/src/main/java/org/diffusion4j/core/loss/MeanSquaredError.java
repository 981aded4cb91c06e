package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/** {@code (input - target)^2}. */
public record MeanSquaredError() {

  /**
   * The mean over all values.
   *
   * @param target of the input's shape
   * @return a scalar
   */
  public Tensor build(Graph graph, Tensor input, Tensor target) {
    return build(graph, input, target, Reduction.MEAN);
  }

  /**
   * Adds the loss.
   *
   * @param target of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Tensor difference = Pairs.difference(graph, input, target);
    return reduction.apply(graph, graph.apply(UnaryFunction.SQUARE, difference));
  }
}
