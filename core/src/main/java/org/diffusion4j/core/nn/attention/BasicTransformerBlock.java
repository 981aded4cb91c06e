package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.LayerNorm;

/**
 * Self-attention, cross-attention to a context, feed-forward, each with a norm before it and the
 * input added (Rombach et al. 2022).
 *
 * @param heads the number of heads
 * @param headDim the features of one head
 * @param onlyCrossAttention whether the first attention is to the context, too
 */
public record BasicTransformerBlock(int heads, int headDim, boolean onlyCrossAttention) {
  /** PyTorch's default epsilon of layer norm. */
  private static final double EPSILON = 1e-5;

  /** With self-attention. */
  public BasicTransformerBlock(int heads, int headDim) {
    this(heads, headDim, false);
  }

  /**
   * Adds the block.
   *
   * @param x {@code [n, s, d]}
   * @param context {@code [n, t, e]}, such as the states of a text encoder
   * @return {@code [n, s, d]}
   */
  public Tensor build(Graph graph, Tensor x, Tensor context) {
    MultiHeadAttention attention = new MultiHeadAttention(heads, headDim, false);
    Tensor normalized = new LayerNorm(EPSILON).build(graph.scope("norm1"), x);
    Tensor first = onlyCrossAttention ? context : normalized;
    Tensor h = graph.plus(attention.build(graph.scope("attn1"), normalized, first), x);
    normalized = new LayerNorm(EPSILON).build(graph.scope("norm2"), h);
    h = graph.plus(attention.build(graph.scope("attn2"), normalized, context), h);
    normalized = new LayerNorm(EPSILON).build(graph.scope("norm3"), h);
    return graph.plus(new FeedForward().build(graph.scope("ff"), normalized), h);
  }
}
