package org.diffusion4j.unet.block;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D;

/**
 * What the residual blocks of one stage have in common.
 *
 * @param resnet each of its residual blocks
 * @param attention what follows each of them, where the stage has attention
 */
public record UNetStage(ResnetBlock2D resnet, Optional<StageAttention> attention) {

  /** Residual block {@code resnets.i}. */
  Tensor resnet(Graph graph, int i, Tensor x, Tensor timeEmbedding) {
    return resnet.build(graph.scope("resnets." + i), x, timeEmbedding);
  }

  /** Attention {@code attentions.i}, or x itself in a stage without. */
  Tensor attention(Graph graph, int i, Tensor x) {
    return attention.isPresent() ? attention.get().build(graph.scope("attentions." + i), x) : x;
  }
}
