package org.diffusion4j.core.nn;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Halves the size of images: with a strided convolution named {@code conv}, or by means. */
public enum Downsample2D {
  /** With zeros on all sides, as U-Nets do: sizes are rounded up. */
  PADDED,
  /** With zeros at the right and bottom only, as autoencoders do: sizes are rounded down. */
  PADDED_AT_THE_END,
  /** The mean of two by two pixels, without parameters; sizes must be even. */
  AVERAGED;

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h/2, w/2]}
   */
  public Tensor build(Graph graph, Tensor x) {
    long channels = x.size(1);
    return switch (this) {
      case PADDED -> Conv2d.square(channels, 3, 2, 1).build(graph.scope("conv"), x);
      case PADDED_AT_THE_END -> {
        Tensor padded = graph.pad2d(x, 0, 1, 0, 1);
        yield Conv2d.square(channels, 3, 2, 0).build(graph.scope("conv"), padded);
      }
      case AVERAGED -> averaged(graph, x);
    };
  }

  private static Tensor averaged(Graph graph, Tensor x) {
    Require.that(x.size(2) % 2 == 0 && x.size(3) % 2 == 0, "x", x, "must be of even size");
    Tensor blocks = graph.reshape(x, x.size(0), x.size(1), x.size(2) / 2, 2, x.size(3) / 2, 2);
    return graph.mean(blocks, false, 3, 5);
  }
}
