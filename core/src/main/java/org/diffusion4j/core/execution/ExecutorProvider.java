package org.diffusion4j.core.execution;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;

/**
 * Opens the executors of one engine.
 *
 * <p>Providers are found with {@link java.util.ServiceLoader}: a module that brings an engine names
 * its provider in {@code META-INF/services} under the name of this interface.
 */
public interface ExecutorProvider {

  /** The engine's name, in lower case, by which an {@link Execution} asks for it. */
  String name();

  /**
   * Where {@link Execution#AUTO} looks first: at the provider with the largest number. The
   * reference, which runs every graph, has 0.
   */
  int preference();

  /**
   * What keeps a graph from running here in this precision, as a part of a sentence; empty if
   * nothing does.
   */
  Optional<String> obstacle(Graph graph, Precision precision);

  /**
   * Opens an executor of a graph that has no {@link #obstacle}.
   *
   * @param threads how many it computes on, whichever thread calls it; at least 1
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or it has another
   *     shape
   */
  GraphExecutor open(Graph graph, Weights weights, Precision precision, int threads);
}
