package org.diffusion4j.core.embed;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;

/** Two linear layers over an embedding, {@code linear_1} and {@code linear_2}, as of a time. */
public final class TimestepEmbedding {
  private TimestepEmbedding() {}

  /**
   * With SiLU between them.
   *
   * @param x {@code [n, d]}
   * @return {@code [n, out]}
   */
  public static Tensor build(Graph graph, Tensor x, long out) {
    return build(graph, x, out, UnaryFunction.SILU);
  }

  /**
   * With an activation between them.
   *
   * @param x {@code [n, d]}
   * @return {@code [n, out]}
   */
  public static Tensor build(Graph graph, Tensor x, long out, UnaryFunction activation) {
    Tensor h = Linear.build(graph.scope("linear_1"), x, out);
    h = graph.apply(activation, h);
    return Linear.build(graph.scope("linear_2"), h, out);
  }
}
