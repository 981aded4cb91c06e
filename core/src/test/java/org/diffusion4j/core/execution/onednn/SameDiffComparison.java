package org.diffusion4j.core.execution.onednn;

import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Values and gradients of a network on oneDNN against those of SameDiff in double precision. */
final class SameDiffComparison {
  static final String OUTPUT = "test.output";
  static final String LOSS = "test.loss";
  private static final int SEED = 12;

  private SameDiffComparison() {}

  /**
   * Fails unless all are equal, and the gradients the same bytes when they are computed again.
   *
   * @param values for each parameter and input of the network's graph in DOUBLE
   * @param tolerance of the largest value of each tensor
   */
  static void assertEqual(
      Function<Graph, Tensor> network,
      Function<Graph, Map<String, INDArray>> values,
      Precision precision,
      double tolerance) {
    Graph exact = graph(network, DataType.DOUBLE);
    Map<String, INDArray> all = values.apply(exact);
    Map<String, INDArray> inputs = new LinkedHashMap<>(all);
    inputs.keySet().retainAll(exact.inputs().keySet());
    Set<String> names =
        all.keySet().stream()
            .filter(name -> all.get(name).dataType() != DataType.INT64)
            .collect(Collectors.toSet());
    Graph graph = graph(network, DataType.FLOAT);
    try (GraphExecutor sameDiff = new SameDiffExecutor(exact, weights(exact, all));
        GraphExecutor oneDnn = new OneDnnExecutor(graph, weights(graph, all), precision)) {
      INDArray output = oneDnn.run(inputs, OUTPUT);
      assertEquals(DataType.FLOAT, output.dataType());
      assertCloseToScale(sameDiff.run(inputs, OUTPUT), output, tolerance, OUTPUT);
      Gradients expected = sameDiff.gradients(inputs, LOSS, names, List.of(OUTPUT));
      Gradients actual = oneDnn.gradients(inputs, LOSS, names, List.of(OUTPUT));
      assertEquals(expected.loss(), actual.loss(), tolerance * (1 + Math.abs(expected.loss())));
      assertCloseToScale(
          expected.outputs().get(OUTPUT), actual.outputs().get(OUTPUT), tolerance, OUTPUT);
      Gradients again = oneDnn.gradients(inputs, LOSS, names, List.of());
      for (String name : names) {
        INDArray gradient = actual.gradients().get(name);
        assertCloseToScale(expected.gradients().get(name), gradient, tolerance, name);
        assertEquals(gradient, again.gradients().get(name), name);
      }
    }
  }

  /** The network, and a loss in which no two elements of its output count alike. */
  static Graph graph(Function<Graph, Tensor> network, DataType type) {
    Graph graph = new Graph(type);
    Tensor output = graph.named(OUTPUT, network.apply(graph));
    double[] factors = new Generator(SEED).randn(output.length()).data().asDouble();
    Tensor weighted = output.times(graph.constant(factors, output.shapeArray()));
    graph.named(LOSS, graph.sum(weighted, false));
    return graph;
  }

  private static Weights weights(Graph graph, Map<String, INDArray> values) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : graph.parameters()) {
      arrays.put(spec.name(), values.get(spec.name()).castTo(graph.dataType()));
    }
    return new Weights(graph.parameters(), arrays);
  }
}
