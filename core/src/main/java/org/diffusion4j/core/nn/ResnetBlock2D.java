package org.diffusion4j.core.nn;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * The residual block of diffusion models (He et al. 2016, Ho et al. 2020).
 *
 * <p>{@code y = shortcut(x) + conv2(silu(norm2(conv1(silu(norm1(x))) + time_emb_proj(silu(t)))))}
 *
 * @param outChannels the channels of the output
 * @param groups the groups of both norms
 * @param epsilon the epsilon of both norms
 */
public record ResnetBlock2D(long outChannels, int groups, double epsilon) {

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}, where the model is conditioned on time
   * @return {@code [n, outChannels, h, w]}
   */
  public Tensor build(Graph graph, Tensor x, Optional<Tensor> timeEmbedding) {
    Tensor h = GroupNorm.build(graph.scope("norm1"), x, groups, epsilon);
    h = graph.apply(UnaryFunction.SILU, h);
    h = Conv2d.same3x3(graph.scope("conv1"), h, outChannels);
    if (timeEmbedding.isPresent()) {
      Tensor t = graph.apply(UnaryFunction.SILU, timeEmbedding.get());
      t = Linear.build(graph.scope("time_emb_proj"), t, outChannels);
      h = graph.add(h, graph.reshape(t, t.size(0), outChannels, 1, 1));
    }
    h = GroupNorm.build(graph.scope("norm2"), h, groups, epsilon);
    h = graph.apply(UnaryFunction.SILU, h);
    h = Conv2d.same3x3(graph.scope("conv2"), h, outChannels);
    Tensor shortcut =
        x.size(1) == outChannels
            ? x
            : Conv2d.pointwise(graph.scope("conv_shortcut"), x, outChannels);
    return graph.add(shortcut, h);
  }
}
