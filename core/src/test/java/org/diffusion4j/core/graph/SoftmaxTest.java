package org.diffusion4j.core.graph;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SoftmaxTest {
  private static final long[] SHAPE = {2, 3, 5, 7};

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theExponentialOfItsLogarithmIsTheSameOnEveryAxis(int axis) {
    Graph graph = new Graph();
    Tensor x = graph.input("x", SHAPE);
    graph.named("y", graph.softmax(x, axis));
    graph.named("expected", graph.apply(UnaryFunction.EXP, graph.logSoftmax(x, axis)));
    try (SameDiffExecutor executor =
        new SameDiffExecutor(graph, new Weights(List.of(), Map.of()))) {
      Map<String, INDArray> values =
          executor.run(Map.of("x", new Generator(11).randn(SHAPE)), List.of("y", "expected"));
      assertClose(values.get("expected"), values.get("y"), 1e-6, 0, "softmax");
    }
  }
}
