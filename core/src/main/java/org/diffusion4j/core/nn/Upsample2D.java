package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Doubles the size of images by nearest neighbours and a convolution named {@code conv}. */
public final class Upsample2D {
  private Upsample2D() {}

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, 2h, 2w]}
   */
  public static Tensor build(Graph graph, Tensor x) {
    return Conv2d.same3x3(graph.scope("conv"), graph.upsample2d(x, 2), x.size(1));
  }
}
