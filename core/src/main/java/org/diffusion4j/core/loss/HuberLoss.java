package org.diffusion4j.core.loss;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * A loss that is quadratic for small errors and linear for large ones (Huber 1964).
 *
 * <p>With {@code d = input - target}: {@code d^2 / 2} where {@code |d| <= delta}, {@code delta (|d|
 * - delta / 2)} elsewhere.
 *
 * @param delta where the two meet, positive
 */
public record HuberLoss(double delta) {

  public HuberLoss {
    Require.positive("delta", delta);
  }

  /**
   * Adds the loss, as {@code c (d - c / 2)} with {@code c} the error clipped to {@code [-delta,
   * delta]}.
   *
   * @param target of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Tensor difference = Pairs.difference(graph, input, target);
    Tensor clipped = graph.clip(difference, -delta, delta);
    Tensor rest = difference.minus(clipped.times(0.5));
    return reduction.apply(graph, clipped.times(rest));
  }
}
