package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;

/** The feed-forward part of a transformer block with GEGLU (Shazeer 2020, formula (5)). */
public final class FeedForward {
  /** How much wider than the input the hidden layer is. */
  private static final int EXPANSION = 4;

  private FeedForward() {}

  /**
   * {@code (a * gelu(b)) W + c} with {@code [a, b]} the halves of a projection of x.
   *
   * @param x {@code [n, s, d]}
   * @return {@code [n, s, d]}
   */
  public static Tensor build(Graph graph, Tensor x) {
    long features = x.size(2);
    long hidden = EXPANSION * features;
    Tensor projected = Linear.build(graph.scope("net.0.proj"), x, 2 * hidden);
    Tensor value = graph.slice(projected, 2, 0, hidden);
    Tensor gate = graph.slice(projected, 2, hidden, 2 * hidden);
    Tensor gated = graph.multiply(value, graph.apply(UnaryFunction.GELU, gate));
    return Linear.build(graph.scope("net.2"), gated, features);
  }
}
