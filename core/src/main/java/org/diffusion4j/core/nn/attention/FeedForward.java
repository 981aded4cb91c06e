package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;

/** The feed-forward part of a transformer block with GEGLU. */
public record FeedForward() {
  /** How much wider than the input the hidden layer is. */
  private static final int EXPANSION = 4;

  /**
   * GEGLU to a wider hidden layer, then a linear layer back.
   *
   * @param x {@code [n, s, d]}
   * @return {@code [n, s, d]}
   */
  public Tensor build(Graph graph, Tensor x) {
    long features = x.size(2);
    Tensor gated = new Geglu(EXPANSION * features).build(graph.scope("net.0"), x);
    return new Linear(features).build(graph.scope("net.2"), gated);
  }
}
