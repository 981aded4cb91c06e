package org.diffusion4j.core.nn;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Halves the size of images: with a strided convolution named {@code conv}, or by means. */
public final class Downsample2D {
  private Downsample2D() {}

  /**
   * With zeros on all sides, as U-Nets do.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, ceil(h/2), ceil(w/2)]}
   */
  public static Tensor padded(Graph graph, Tensor x) {
    return Conv2d.build(graph.scope("conv"), x, x.size(1), 3, 2, 1);
  }

  /**
   * With zeros at the right and bottom only, as autoencoders do.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, floor(h/2), floor(w/2)]}
   */
  public static Tensor paddedAtTheEnd(Graph graph, Tensor x) {
    return Conv2d.build(graph.scope("conv"), graph.pad2d(x, 0, 1, 0, 1), x.size(1), 3, 2, 0);
  }

  /**
   * The mean of two by two pixels; without parameters.
   *
   * @param x {@code [n, c, h, w]}, h and w even
   * @return {@code [n, c, h/2, w/2]}
   */
  public static Tensor averaged(Graph graph, Tensor x) {
    Require.that(x.size(2) % 2 == 0 && x.size(3) % 2 == 0, "x", x, "must be of even size");
    Tensor blocks = graph.reshape(x, x.size(0), x.size(1), x.size(2) / 2, 2, x.size(3) / 2, 2);
    return graph.mean(blocks, false, 3, 5);
  }
}
