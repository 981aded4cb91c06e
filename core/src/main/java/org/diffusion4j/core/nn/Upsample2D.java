package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Interpolation;
import org.diffusion4j.core.graph.Tensor;

/** Enlarges images by nearest neighbours and a convolution named {@code conv}. */
public record Upsample2D() {

  /**
   * To twice the size.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, 2h, 2w]}
   */
  public Tensor build(Graph graph, Tensor x) {
    return Conv2d.same3x3(x.size(1)).build(graph.scope("conv"), graph.upsample2d(x, 2));
  }

  /**
   * To a given size, such as that of what was halved from an odd one.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, height, width]}
   */
  public Tensor build(Graph graph, Tensor x, long height, long width) {
    if (height == 2 * x.size(2) && width == 2 * x.size(3)) {
      return build(graph, x);
    }
    Tensor resized = graph.interpolateTo(x, Interpolation.NEAREST, height, width);
    return Conv2d.same3x3(x.size(1)).build(graph.scope("conv"), resized);
  }
}
