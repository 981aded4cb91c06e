package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TargetTest {
  /** 2^24 + 1 is the first whole number that is no float. */
  @ParameterizedTest
  @CsvSource({"F32,16777216", "F64,16777217"})
  void graphsComputeInThePrecision(Precision precision, double sum) {
    Target target = new Target(ExecutorType.SAMEDIFF, precision);
    Graph graph = target.graph();
    graph.named("y", graph.affine(graph.input("x", 1), 1, 1));
    try (GraphExecutor executor = target.open(graph, new Weights(List.of(), Map.of()))) {
      INDArray x = Nd4j.createFromArray(new double[] {1 << 24});
      assertEquals(sum, executor.run(Map.of("x", x), "y").getDouble(0));
    }
  }
}
