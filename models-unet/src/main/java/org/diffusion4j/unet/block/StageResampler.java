package org.diffusion4j.unet.block;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.Upsample2D;

/** What ends a stage by halving or doubling the size. */
@FunctionalInterface
public interface StageResampler {
  /** Halves by a convolution with zeros on all sides. */
  StageResampler PADDED_CONV = (graph, x, time) -> Downsample2D.padded(graph, x);

  /** Halves by a convolution with zeros at the right and bottom only. */
  StageResampler CONV_PADDED_AT_THE_END = (graph, x, time) -> Downsample2D.paddedAtTheEnd(graph, x);

  /** Doubles by nearest neighbours and a convolution. */
  StageResampler UPSAMPLE_CONV = (graph, x, time) -> Upsample2D.build(graph, x);

  /** What a residual block with resampling does. */
  static StageResampler of(ResnetBlock2D block) {
    return (graph, x, time) -> block.build(graph, x, Optional.of(time));
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
