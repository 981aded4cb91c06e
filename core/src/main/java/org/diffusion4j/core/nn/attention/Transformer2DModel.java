package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;

/**
 * Transformer blocks over the pixels of an image, which look at a context (Rombach et al. 2022).
 *
 * @param block each of the blocks
 * @param layers the number of blocks
 * @param groups the groups of the norm before them
 * @param useLinearProjection whether the layers before and after the blocks are stored as linear
 *     layers, or as convolutions with a kernel of one pixel, which compute the same
 */
public record Transformer2DModel(
    BasicTransformerBlock block, int layers, int groups, boolean useLinearProjection) {
  private static final double EPSILON = 1e-6;

  /**
   * Adds the model.
   *
   * @param x {@code [n, c, h, w]}
   * @param context {@code [n, t, e]}
   * @return {@code [n, c, h, w]}
   */
  public Tensor build(Graph graph, Tensor x, Tensor context) {
    Tensor h = new GroupNorm(groups, EPSILON).build(graph.scope("norm"), x);
    h = toSequence(graph, h, (long) block.heads() * block.headDim());
    for (int i = 0; i < layers; i++) {
      h = block.build(graph.scope("transformer_blocks." + i), h, context);
    }
    return graph.plus(toImage(graph, h, x), x);
  }

  private Tensor toSequence(Graph graph, Tensor x, long width) {
    Graph projection = graph.scope("proj_in");
    return useLinearProjection
        ? new Linear(width).build(projection, Pixels.toSequence(graph, x))
        : Pixels.toSequence(graph, Conv2d.pointwise(width).build(projection, x));
  }

  private Tensor toImage(Graph graph, Tensor sequence, Tensor like) {
    Graph projection = graph.scope("proj_out");
    long channels = like.size(1);
    return useLinearProjection
        ? Pixels.toImage(graph, new Linear(channels).build(projection, sequence), like)
        : Conv2d.pointwise(channels).build(projection, Pixels.toImage(graph, sequence, like));
  }
}
