package org.diffusion4j.core.execution.choice;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.onednn.OneDnnExecutor;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executors to choose from. */
public enum ExecutorType {
  /**
   * {@link OneDnnExecutor} where it can run the graph on this machine, else {@link
   * SameDiffExecutor}, and a line in the log that says why.
   */
  AUTO {
    @Override
    public GraphExecutor open(Graph graph, Weights weights, Precision precision) {
      Optional<String> obstacle = OneDnnExecutor.obstacle(graph);
      if (obstacle.isEmpty()) {
        return new OneDnnExecutor(graph, weights, precision);
      }
      if (graph.dataType() == Precision.F32.dataType() && LOGGED.add(obstacle.get())) {
        LOG.info("Running on SameDiff in float32: {}.", obstacle.get());
      }
      return new SameDiffExecutor(graph, weights);
    }
  },

  /** {@link OneDnnExecutor}: compiled, fast, on CPUs. */
  ONEDNN {
    @Override
    public GraphExecutor open(Graph graph, Weights weights, Precision precision) {
      return new OneDnnExecutor(graph, weights, precision);
    }
  },

  /** {@link SameDiffExecutor}: on every backend of ND4J, in the precision of the graph. */
  SAMEDIFF {
    @Override
    public GraphExecutor open(Graph graph, Weights weights, Precision precision) {
      if (precision == Precision.BF16) {
        throw new IllegalArgumentException("precision (=BF16) must be F32 or F64 on SameDiff");
      }
      return new SameDiffExecutor(graph, weights);
    }
  };

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorType.class);

  /** Each reason is told once. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  /**
   * An executor of the graph over the weights.
   *
   * @param precision what it computes with
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or it has another
   *     shape, or if the executor cannot run the graph or has no such precision
   */
  public abstract GraphExecutor open(Graph graph, Weights weights, Precision precision);
}
