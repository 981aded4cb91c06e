package org.diffusion4j.unet.block;

import java.util.Deque;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * A stage of the ascending path: diffusers' {@code UpBlock2D}, {@code AttnUpBlock2D} and {@code
 * CrossAttnUpBlock2D}.
 *
 * @param stage its residual blocks and attention
 * @param layers the number of residual blocks, one more than on the way down
 * @param upsampler what ends it by enlarging to the next stage's size, in all stages but the last
 */
public record UpBlock(UNetStage stage, int layers, Optional<StageUpsampler> upsampler) {

  /**
   * Adds the stage.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @param skips what the descending path left; each residual block takes one
   * @return {@code [n, channels, h', w']}
   */
  public Tensor build(Graph graph, Tensor x, Tensor timeEmbedding, Deque<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < layers; i++) {
      h = graph.concat(1, h, skips.pop());
      h = stage.resnet(graph, i, h, timeEmbedding);
      h = stage.attention(graph, i, h);
    }
    return upsampler.isPresent()
        ? upsampler.get().build(graph.scope("upsamplers.0"), h, timeEmbedding, skips.element())
        : h;
  }
}
