package org.diffusion4j.unet.block;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.ResnetBlock2D;

/** What ends a stage of the descending path by halving the size. */
@FunctionalInterface
public interface StageDownsampler {
  /** Halves by a convolution with zeros on all sides. */
  StageDownsampler PADDED_CONV = (graph, x, time) -> Downsample2D.PADDED.build(graph, x);

  /** Halves by a convolution with zeros at the right and bottom only. */
  StageDownsampler CONV_PADDED_AT_THE_END =
      (graph, x, time) -> Downsample2D.PADDED_AT_THE_END.build(graph, x);

  /**
   * Halves by a convolution.
   *
   * @param padding 0 or 1: whether zeros are at the right and bottom only, or on all sides
   */
  static StageDownsampler conv(int padding) {
    return padding == 0 ? CONV_PADDED_AT_THE_END : PADDED_CONV;
  }

  /** What a residual block with resampling does. */
  static StageDownsampler of(ResnetBlock2D block) {
    return (graph, x, time) -> block.build(graph, x, time);
  }

  /**
   * Adds it.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @return {@code [n, c, h', w']}
   */
  Tensor build(Graph graph, Tensor x, Tensor timeEmbedding);
}
