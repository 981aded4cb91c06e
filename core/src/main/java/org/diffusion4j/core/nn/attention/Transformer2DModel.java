package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;

/**
 * Transformer blocks over the pixels of an image, which look at a context (Rombach et al. 2022).
 *
 * @param heads the number of heads
 * @param headDim the features of one head
 * @param layers the number of blocks
 * @param groups the groups of the norm before them
 */
public record Transformer2DModel(int heads, int headDim, int layers, int groups) {
  private static final double EPSILON = 1e-6;

  /**
   * Adds the model.
   *
   * @param x {@code [n, c, h, w]}
   * @param context {@code [n, t, e]}
   * @return {@code [n, c, h, w]}
   */
  public Tensor build(Graph graph, Tensor x, Tensor context) {
    long width = (long) heads * headDim;
    Tensor h = GroupNorm.build(graph.scope("norm"), x, groups, EPSILON);
    h = Conv2d.pointwise(graph.scope("proj_in"), h, width);
    h = Pixels.toSequence(graph, h);
    for (int i = 0; i < layers; i++) {
      BasicTransformerBlock block = new BasicTransformerBlock(heads, headDim);
      h = block.build(graph.scope("transformer_blocks." + i), h, context);
    }
    h = Pixels.toImage(graph, h, x);
    h = Conv2d.pointwise(graph.scope("proj_out"), h, x.size(1));
    return graph.add(h, x);
  }
}
