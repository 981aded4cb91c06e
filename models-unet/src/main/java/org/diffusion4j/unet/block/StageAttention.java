package org.diffusion4j.unet.block;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** What the pixels look at after a residual block: each other, a text. */
@FunctionalInterface
public interface StageAttention {
  /**
   * Adds it.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h, w]}
   */
  Tensor build(Graph graph, Tensor x);
}
