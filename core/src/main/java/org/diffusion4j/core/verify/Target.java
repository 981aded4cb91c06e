package org.diffusion4j.core.verify;

import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;

/**
 * What is verified: an executor and the numbers that it computes with.
 *
 * <p>Checks of plain Java arithmetic do not depend on it.
 */
public record Target(ExecutorType executor, Precision precision) {

  /** An empty graph of the precision. */
  public Graph graph() {
    return new Graph(precision.dataType());
  }

  /** An executor of a graph; the weights must be of the precision. */
  public GraphExecutor open(Graph graph, Weights weights) {
    return executor.open(graph, weights, precision);
  }
}
