package org.diffusion4j.core.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How graphs are run: by which executor, with which numbers, on how many threads.
 *
 * <p>A value that is handed to whatever opens graphs. Two pipelines with different ones may live in
 * one process.
 *
 * @param executor the name of an {@link ExecutorProvider}, or {@link #AUTO}
 * @param precision what it computes with
 * @param threads how many threads an executor computes on, whichever thread calls it; at least 1
 */
public record Execution(String executor, Precision precision, int threads) {
  /** Not an executor's name: the preferred one of those that can run the graph. */
  public static final String AUTO = "auto";

  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  /** Each reason is told once. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  public Execution {
    Require.that(!executor.isBlank(), "executor", executor, "must be a name");
    Require.positive("threads", threads);
  }

  /** The best executor for each graph, in float32, on all processors that this process may use. */
  public static Execution auto() {
    return new Execution(AUTO, Precision.F32, Runtime.getRuntime().availableProcessors());
  }

  /** The names of the executors on the class path, the preferred one first. */
  public static List<String> executors() {
    return ExecutorProviders.all().stream().map(ExecutorProvider::name).toList();
  }

  /** The same with another executor. */
  public Execution withExecutor(String executor) {
    return new Execution(executor, precision, threads);
  }

  /** The same in another precision. */
  public Execution withPrecision(Precision precision) {
    return new Execution(executor, precision, threads);
  }

  /** The same on so many threads. */
  public Execution withThreads(int threads) {
    return new Execution(executor, precision, threads);
  }

  /** This, for one of several workers that share the threads; each has at least one. */
  public Execution sharedBy(int workers) {
    return withThreads(Math.max(1, threads / workers));
  }

  /** An empty graph whose values have the type that this computes with. */
  public Graph newGraph() {
    return new Graph(precision.dataType());
  }

  /**
   * Opens an executor of the graph over the weights.
   *
   * <p>{@link #AUTO} takes the preferred executor that can run the graph in this precision. Where
   * none has bfloat16, the graph runs in float32. The log says so, each reason once.
   *
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or it has another
   *     shape, if there is no executor of that name, or if it cannot run the graph in this
   *     precision
   */
  public GraphExecutor open(Graph graph, Weights weights) {
    return executor.equals(AUTO) ? openPreferred(graph, weights) : openNamed(graph, weights);
  }

  private GraphExecutor openPreferred(Graph graph, Weights weights) {
    List<String> obstacles = new ArrayList<>();
    for (Precision numbers : precision.orFallback()) {
      for (ExecutorProvider provider : ExecutorProviders.all()) {
        Optional<String> obstacle = provider.obstacle(graph, numbers);
        if (obstacle.isEmpty()) {
          log(graph, provider, obstacles);
          return provider.open(graph, weights, numbers, threads);
        }
        obstacles.add(provider.name() + " cannot (" + obstacle.get() + ")");
      }
    }
    throw new IllegalArgumentException("no executor can run this graph: " + obstacles);
  }

  /** What is in double precision is known to be for the reference alone. */
  private static void log(Graph graph, ExecutorProvider provider, List<String> obstacles) {
    if (graph.dataType() == Precision.F32.dataType()) {
      obstacles.stream()
          .filter(LOGGED::add)
          .forEach(obstacle -> LOG.info("Running on {}: {}.", provider.name(), obstacle));
    }
  }

  private GraphExecutor openNamed(Graph graph, Weights weights) {
    ExecutorProvider provider = provider();
    requireNone(provider.obstacle(graph, precision), "run this graph");
    return provider.open(graph, weights, precision, threads);
  }

  /**
   * Refuses at once what {@link #open} would refuse for every graph.
   *
   * @throws IllegalArgumentException if there is no executor of that name, if it cannot run on this
   *     machine, or if it lacks the precision
   */
  public Execution requireExecutor() {
    if (!executor.equals(AUTO)) {
      requireNone(provider().obstacle(newGraph(), precision), "compute in " + precision);
    }
    return this;
  }

  private void requireNone(Optional<String> obstacle, String what) {
    obstacle.ifPresent(
        reason -> {
          throw new IllegalArgumentException(
              "executor (=" + executor + ") cannot " + what + ": " + reason);
        });
  }

  private ExecutorProvider provider() {
    return ExecutorProviders.all().stream()
        .filter(candidate -> candidate.name().equals(executor))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknownExecutor()));
  }

  private String unknownExecutor() {
    return "executor (=" + executor + ") must be " + AUTO + " or one of " + executors();
  }
}
