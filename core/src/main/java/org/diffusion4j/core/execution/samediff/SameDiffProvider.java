package org.diffusion4j.core.execution.samediff;

import java.util.Optional;
import org.diffusion4j.core.execution.ExecutorProvider;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;

/** The reference: every graph, on every backend of ND4J, in the type that the graph computes in. */
public final class SameDiffProvider implements ExecutorProvider {
  /** The engine's name. */
  static final String NAME = "samediff";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public Optional<String> obstacle(Graph graph, Precision precision) {
    return precision == Precision.BF16
        ? Optional.of("it has no bfloat16: the precision must be F32, FAST or F64")
        : Optional.empty();
  }

  @Override
  public GraphExecutor open(Graph graph, Weights weights, Precision precision, int threads) {
    return new SameDiffExecutor(graph, weights, precision, threads);
  }
}
