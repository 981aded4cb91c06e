package org.diffusion4j.core.execution.onednn;

import java.util.Optional;
import org.diffusion4j.core.execution.ExecutorProvider;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Compiled execution on CPUs: fast, in float32 and bfloat16. */
public final class OneDnnProvider implements ExecutorProvider {
  /** The engine's name. */
  static final String NAME = "onednn";

  private static final int PREFERENCE = 100;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int preference() {
    return PREFERENCE;
  }

  @Override
  public Optional<String> obstacle(Graph graph, Precision precision) {
    return obstacleOf(graph, precision);
  }

  static Optional<String> obstacleOf(Graph graph, Precision precision) {
    if (precision == Precision.F64) {
      return Optional.of("it has no float64");
    }
    if (graph.dataType() != DataType.FLOAT) {
      return Optional.of("the graph computes in " + graph.dataType());
    }
    for (Graph.Node node : graph.nodes()) {
      if (Lowerings.ALL.of(node.layer().getClass()).isEmpty()) {
        return Optional.of(Lowerings.missing(node));
      }
    }
    if (Nd4j.getExecutioner().type() != ExecutionerType.NATIVE_CPU) {
      return Optional.of("ND4J's arrays are not in the memory of the CPU");
    }
    return Dnnl.obstacle();
  }

  @Override
  public GraphExecutor open(Graph graph, Weights weights, Precision precision, int threads) {
    return new OneDnnExecutor(graph, weights, precision, threads);
  }
}
