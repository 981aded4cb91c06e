package org.diffusion4j.core.embed;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;

/** Two linear layers over a sinusoidal embedding: {@code linear_1}, SiLU, {@code linear_2}. */
public final class TimestepEmbedding {
  private TimestepEmbedding() {}

  /**
   * Adds the layers.
   *
   * @param x {@code [n, d]}
   * @return {@code [n, out]}
   */
  public static Tensor build(Graph graph, Tensor x, long out) {
    Tensor h = Linear.build(graph.scope("linear_1"), x, out);
    h = graph.apply(UnaryFunction.SILU, h);
    return Linear.build(graph.scope("linear_2"), h, out);
  }
}
