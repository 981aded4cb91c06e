package org.diffusion4j.core.execution;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;

/** The executors to choose from. */
public enum ExecutorType {
  /** {@link SameDiffExecutor}: on every backend of ND4J. */
  SAMEDIFF {
    @Override
    public GraphExecutor open(Graph graph, Weights weights) {
      return new SameDiffExecutor(graph, weights);
    }
  };

  /**
   * An executor of the graph over the weights.
   *
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or it has another
   *     shape
   */
  public abstract GraphExecutor open(Graph graph, Weights weights);
}
