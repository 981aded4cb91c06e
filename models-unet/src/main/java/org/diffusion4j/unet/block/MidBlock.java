package org.diffusion4j.unet.block;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * The middle of a U-Net, {@code UNetMidBlock2D} and {@code UNetMidBlock2DCrossAttn}: residual
 * block, attention, residual block.
 */
public record MidBlock(UNetStage stage) {

  /**
   * Adds the stage.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @return {@code [n, channels, h, w]}
   */
  public Tensor build(Graph graph, Tensor x, Tensor timeEmbedding) {
    Tensor h = stage.resnet(graph, 0, x, timeEmbedding);
    h = stage.attention(graph, 0, h);
    return stage.resnet(graph, 1, h, timeEmbedding);
  }
}
