package org.diffusion4j.core.embed;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;

/**
 * Two linear layers over an embedding, {@code linear_1} and {@code linear_2}, as of a time.
 *
 * @param out features of the output
 * @param activation between the two
 */
public record TimestepEmbedding(long out, UnaryFunction activation) {

  /** With SiLU between them. */
  public TimestepEmbedding(long out) {
    this(out, UnaryFunction.SILU);
  }

  /**
   * Adds the layers.
   *
   * @param x {@code [n, d]}
   * @return {@code [n, out]}
   */
  public Tensor build(Graph graph, Tensor x) {
    Tensor h = new Linear(out).build(graph.scope("linear_1"), x);
    h = graph.apply(activation, h);
    return new Linear(out).build(graph.scope("linear_2"), h);
  }
}
