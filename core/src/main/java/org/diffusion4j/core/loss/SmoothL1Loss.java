package org.diffusion4j.core.loss;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * The absolute error, made smooth at 0 (Girshick 2015, "Fast R-CNN", formula (3)).
 *
 * <p>With {@code d = input - target}: {@code d^2 / (2 beta)} where {@code |d| < beta}, {@code |d| -
 * beta / 2} elsewhere, which is the Huber loss divided by beta.
 *
 * @param beta where the two meet, positive; 1 in the paper
 */
public record SmoothL1Loss(double beta) {

  public SmoothL1Loss {
    Require.positive("beta", beta);
  }

  /**
   * Adds the loss.
   *
   * @param target of the input's shape
   * @return a scalar; of the input's shape without reduction
   */
  public Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    return new HuberLoss(beta).build(graph, input, target, reduction).times(1 / beta);
  }
}
