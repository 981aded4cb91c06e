package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.GroupNorm;

/**
 * Self-attention between the pixels of an image, with {@code group_norm} before it and the input
 * added: the attention of autoencoders.
 *
 * @param attention the attention between pixels
 * @param groups the groups of the norm
 * @param epsilon the epsilon of the norm
 */
public record SpatialAttention(MultiHeadAttention attention, int groups, double epsilon) {

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h, w]}
   */
  public Tensor build(Graph graph, Tensor x) {
    Tensor normalized = GroupNorm.build(graph.scope("group_norm"), x, groups, epsilon);
    Tensor pixels = Pixels.toSequence(graph, normalized);
    Tensor attended = attention.build(graph, pixels, pixels);
    return graph.add(Pixels.toImage(graph, attended, x), x);
  }
}
