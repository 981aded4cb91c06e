package org.diffusion4j.unet.block;

import java.util.Deque;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * A stage of the descending path: diffusers' {@code DownBlock2D}, {@code AttnDownBlock2D} and
 * {@code CrossAttnDownBlock2D}.
 *
 * @param stage its residual blocks and attention
 * @param layers the number of residual blocks
 * @param downsampler what ends it by halving the size, in all stages but the last
 */
public record DownBlock(UNetStage stage, int layers, Optional<StageDownsampler> downsampler) {

  /**
   * Adds the stage.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @param skips takes what the ascending path will be given, the last first
   * @return {@code [n, channels, h', w']}
   */
  public Tensor build(Graph graph, Tensor x, Tensor timeEmbedding, Deque<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < layers; i++) {
      h = stage.resnet(graph, i, h, timeEmbedding);
      h = stage.attention(graph, i, h);
      skips.push(h);
    }
    if (downsampler.isPresent()) {
      h = downsampler.get().build(graph.scope("downsamplers.0"), h, timeEmbedding);
      skips.push(h);
    }
    return h;
  }
}
