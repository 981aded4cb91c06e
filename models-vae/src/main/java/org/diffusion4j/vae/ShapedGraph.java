package org.diffusion4j.vae;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.RowBatches;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of one array whose graph is built for each shape that it is asked for.
 *
 * <p>A graph keeps its memory for the next run. So only the last few are kept.
 */
final class ShapedGraph implements AutoCloseable {
  /** As many as the shapes of tiles where tiles are cut off at the right and at the bottom. */
  static final int MAX_GRAPHS = 4;

  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  /** What is computed. */
  @FunctionalInterface
  interface Function {
    /** Adds the function to a graph. */
    Tensor build(Graph graph, Tensor input);
  }

  /** What is computed on. */
  @FunctionalInterface
  interface Input {
    /** Declares the input of a graph. */
    Tensor declare(Graph graph, String name, long... shape);
  }

  private final Weights weights;
  private final Execution execution;
  private final Input input;
  private final Function function;

  /** By the shape of the input, the least recently used first. */
  private final Map<List<Long>, GraphExecutor> executors = new LinkedHashMap<>();

  private boolean closed;

  ShapedGraph(Weights weights, Execution execution, Input input, Function function) {
    this.weights = weights;
    this.execution = execution;
    this.input = input;
    this.function = function;
  }

  /**
   * The values of the function.
   *
   * @param rows {@code [n, ...]}, n at least 1
   * @param batchSize how many rows to compute at a time, at most
   * @throws IllegalStateException if this is closed
   */
  synchronized INDArray run(INDArray rows, long batchSize) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    long[] shape = rows.shape().clone();
    shape[0] = Math.min(shape[0], batchSize);
    return RowBatches.run(
            executor(shape), Math.toIntExact(shape[0]), Map.of(INPUT, rows), List.of(OUTPUT))
        .get(OUTPUT);
  }

  /** Checks an argument of four axes, of which the second are the channels. */
  static void requireChannels(String name, INDArray array, String channelsName, int channels) {
    Require.that(array.rank() == 4, "rank of " + name, array.rank(), "must be 4");
    Require.equal("channels of " + name, array.size(1), channelsName, channels);
  }

  private GraphExecutor executor(long... shape) {
    List<Long> key = Arrays.stream(shape).boxed().toList();
    GraphExecutor executor = executors.remove(key);
    if (executor == null) {
      closeAllBut(MAX_GRAPHS - 1);
      executor = build(shape);
    }
    executors.put(key, executor);
    return executor;
  }

  private GraphExecutor build(long... shape) {
    Graph graph = new Graph();
    graph.named(OUTPUT, function.build(graph, input.declare(graph, INPUT, shape)));
    return execution.open(graph, weights);
  }

  /** The shapes whose graphs are kept, the least recently used first. */
  List<List<Long>> shapes() {
    return new ArrayList<>(executors.keySet());
  }

  private void closeAllBut(int count) {
    Iterator<GraphExecutor> oldest = executors.values().iterator();
    while (executors.size() > count) {
      oldest.next().close();
      oldest.remove();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeAllBut(0);
  }
}
