package org.diffusion4j.unet.block;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.Upsample2D;

/** What ends a stage of the ascending path by enlarging to the size of the next one. */
@FunctionalInterface
public interface StageUpsampler {
  /** Enlarges by nearest neighbours and a convolution. */
  StageUpsampler CONV =
      (graph, x, time, skip) -> new Upsample2D().build(graph, x, skip.size(2), skip.size(3));

  /** What a residual block with resampling does, which doubles the size. */
  static StageUpsampler of(ResnetBlock2D block) {
    return (graph, x, time, skip) -> block.build(graph, x, time);
  }

  /**
   * Adds it.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @param skip {@code [n, c', h', w']}, what the next stage joins to the output
   * @return {@code [n, c, h', w']}
   */
  Tensor build(Graph graph, Tensor x, Tensor timeEmbedding, Tensor skip);
}
