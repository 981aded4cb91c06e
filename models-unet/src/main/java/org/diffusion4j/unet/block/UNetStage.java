package org.diffusion4j.unet.block;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.attention.Transformer2DModel;

/**
 * What the residual blocks and transformers of one stage have in common.
 *
 * @param channels the channels that its blocks give
 * @param groups the groups of the norms
 * @param epsilon the epsilon of the residual blocks' norms
 * @param transformer the transformer after each residual block, where the stage has attention
 */
public record UNetStage(
    long channels, int groups, double epsilon, Optional<Transformer2DModel> transformer) {

  /** Residual block {@code resnets.i}. */
  Tensor resnet(Graph graph, int i, Tensor x, Tensor timeEmbedding) {
    return new ResnetBlock2D(channels, groups, epsilon)
        .build(graph.scope("resnets." + i), x, Optional.of(timeEmbedding));
  }

  /** Transformer {@code attentions.i}, or x itself in a stage without attention. */
  Tensor attention(Graph graph, int i, Tensor x, Tensor context) {
    return transformer.isPresent()
        ? transformer.get().build(graph.scope("attentions." + i), x, context)
        : x;
  }
}
