package org.diffusion4j.unet.block;

import java.util.Deque;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Downsample2D;

/**
 * A stage of the descending path: diffusers' {@code DownBlock2D} and {@code CrossAttnDownBlock2D}.
 *
 * @param stage its residual blocks and transformers
 * @param layers the number of residual blocks
 * @param downsample whether it ends by halving the size
 */
public record DownBlock(UNetStage stage, int layers, boolean downsample) {

  /**
   * Adds the stage.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @param context {@code [n, t, e]}
   * @param skips takes what the ascending path will be given, the last first
   * @return {@code [n, channels, h', w']}
   */
  public Tensor build(
      Graph graph, Tensor x, Tensor timeEmbedding, Tensor context, Deque<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < layers; i++) {
      h = stage.resnet(graph, i, h, timeEmbedding);
      h = stage.attention(graph, i, h, context);
      skips.push(h);
    }
    if (downsample) {
      h = Downsample2D.padded(graph.scope("downsamplers.0"), h);
      skips.push(h);
    }
    return h;
  }
}
