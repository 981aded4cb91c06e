package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * The binary cross entropy of probabilities that are given as logits.
 *
 * <p>With {@code p = sigmoid(input)}: {@code -(target log(p) + (1 - target) log(1 - p))}.
 */
public record BceWithLogitsLoss() {

  /**
   * Adds the loss, as {@code (1 - target) input + softplus(-input)}, which neither overflows nor
   * takes the logarithm of 0.
   *
   * @param input logits, of any shape
   * @param target probabilities in [0, 1], of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Pairs.requireSameShape(input, target);
    Tensor linear = graph.affine(target, -1, 1).times(input);
    Tensor rest = graph.apply(UnaryFunction.SOFTPLUS, input.times(-1));
    return reduction.apply(graph, linear.plus(rest));
  }
}
