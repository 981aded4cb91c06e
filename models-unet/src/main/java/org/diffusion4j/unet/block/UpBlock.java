package org.diffusion4j.unet.block;

import java.util.Deque;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Upsample2D;

/**
 * A stage of the ascending path: diffusers' {@code UpBlock2D} and {@code CrossAttnUpBlock2D}.
 *
 * @param stage its residual blocks and transformers
 * @param layers the number of residual blocks, one more than on the way down
 * @param upsample whether it ends by doubling the size
 */
public record UpBlock(UNetStage stage, int layers, boolean upsample) {

  /**
   * Adds the stage.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @param context {@code [n, t, e]}
   * @param skips what the descending path left; each residual block takes one
   * @return {@code [n, channels, h', w']}
   */
  public Tensor build(
      Graph graph, Tensor x, Tensor timeEmbedding, Tensor context, Deque<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < layers; i++) {
      h = graph.concat(1, h, skips.pop());
      h = stage.resnet(graph, i, h, timeEmbedding);
      h = stage.attention(graph, i, h, context);
    }
    return upsample ? Upsample2D.build(graph.scope("upsamplers.0"), h) : h;
  }
}
