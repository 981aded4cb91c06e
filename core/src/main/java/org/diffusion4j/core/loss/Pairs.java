package org.diffusion4j.core.loss;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** What losses of two tensors share. */
final class Pairs {
  private Pairs() {}

  /** The two must not broadcast, which would give a loss of pairs that don't belong together. */
  static void requireSameShape(Tensor input, Tensor target) {
    Require.that(
        input.shape().equals(target.shape()), "target", target, "must have the shape of " + input);
  }

  /** {@code input - target}. */
  static Tensor difference(Graph graph, Tensor input, Tensor target) {
    requireSameShape(input, target);
    return input.minus(target);
  }
}
