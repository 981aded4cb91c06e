package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;

/**
 * A linear layer gated by GELU (Shazeer 2020, formula (5)): its parameters are {@code proj}'s.
 *
 * @param out features of the output
 */
public record Geglu(long out) {

  /**
   * {@code a * gelu(b)} with {@code [a, b]} the halves of a projection of x.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  public Tensor build(Graph graph, Tensor x) {
    return gate(graph, new Linear(2 * out).build(graph.scope("proj"), x));
  }

  /**
   * {@code a * gelu(b)} with {@code [a, b]} the halves of the last axis.
   *
   * @param x {@code [..., 2d]}
   * @return {@code [..., d]}
   */
  public static Tensor gate(Graph graph, Tensor x) {
    Require.divisible("last axis of x", x.size(-1), "halves", 2);
    long half = x.size(-1) / 2;
    Tensor value = graph.slice(x, -1, 0, half);
    Tensor gate = graph.slice(x, -1, half, 2 * half);
    return value.times(graph.apply(UnaryFunction.GELU, gate));
  }
}
