package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** What becomes of the losses of single elements. */
public enum Reduction {
  /** They stay as they are. */
  NONE,
  /** Their mean, a scalar. */
  MEAN,
  /** Their sum, a scalar. */
  SUM,
  /** Their sum divided by the size of the first axis, a scalar. */
  BATCH_MEAN;

  Tensor apply(Graph graph, Tensor losses) {
    return switch (this) {
      case NONE -> losses;
      case MEAN -> graph.mean(losses, false);
      case SUM -> graph.sum(losses, false);
      case BATCH_MEAN -> graph.sum(losses, false).times(1.0 / losses.size(0));
    };
  }
}
