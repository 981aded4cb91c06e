package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * The divergence of Kullback and Leibler (1951) of discrete distributions: {@code target
 * (log(target) - input)} for each event, with the input a logarithm of probabilities.
 *
 * <p>The divergence of one distribution is the sum over its events: of a batch {@code [n, events]},
 * {@link Reduction#BATCH_MEAN} is the mean divergence, {@link Reduction#MEAN} less by the number of
 * events.
 */
public record KlDivLoss() {

  /**
   * Adds the loss; an event of probability 0 adds 0.
   *
   * @param input logarithms of probabilities
   * @param target probabilities, of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Pairs.requireSameShape(input, target);
    Tensor positive = graph.clip(target, Float.MIN_NORMAL, Float.MAX_VALUE);
    Tensor logTarget = graph.apply(UnaryFunction.LOG, positive);
    return divergence(graph, input, target, logTarget, reduction);
  }

  /**
   * Adds the loss of a target that is given as logarithms too.
   *
   * @param input logarithms of probabilities
   * @param logTarget logarithms of probabilities, of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor ofLogTarget(Graph graph, Tensor input, Tensor logTarget, Reduction reduction) {
    Pairs.requireSameShape(input, logTarget);
    Tensor target = graph.apply(UnaryFunction.EXP, logTarget);
    return divergence(graph, input, target, logTarget, reduction);
  }

  private static Tensor divergence(
      Graph graph, Tensor input, Tensor target, Tensor logTarget, Reduction reduction) {
    return reduction.apply(graph, target.times(logTarget.minus(input)));
  }
}
