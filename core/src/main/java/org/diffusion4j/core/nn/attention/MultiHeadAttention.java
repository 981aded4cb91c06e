package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;

/**
 * Attention as diffusers names it: {@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0}.
 *
 * @param heads the number of heads
 * @param headDim the features of one head
 * @param projectionBias whether query, key and value projections have a bias; the output's always
 *     has
 */
public record MultiHeadAttention(int heads, int headDim, boolean projectionBias) {

  public MultiHeadAttention {
    Require.positive("heads", heads);
    Require.positive("headDim", headDim);
  }

  /**
   * Queries from {@code x}, keys and values from {@code context}; self-attention where the two are
   * one.
   *
   * @param x {@code [n, s, d]}
   * @param context {@code [n, t, e]}
   * @return {@code [n, s, d]}
   */
  public Tensor build(Graph graph, Tensor x, Tensor context) {
    Tensor query = project(graph.scope("to_q"), x);
    Tensor key = project(graph.scope("to_k"), context);
    Tensor value = project(graph.scope("to_v"), context);
    double scale = 1 / Math.sqrt(headDim);
    Tensor attended = graph.attention(query, key, value, heads, scale);
    return new Linear(x.size(2)).build(graph.scope("to_out.0"), attended);
  }

  private Tensor project(Graph graph, Tensor x) {
    long width = (long) heads * headDim;
    return projectionBias
        ? new Linear(width).build(graph, x)
        : Linear.withoutBias(width).build(graph, x);
  }
}
