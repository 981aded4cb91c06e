package org.diffusion4j.core.execution.samediff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.LayerCase;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SameDiffGraphTest {

  @ParameterizedTest
  @MethodSource("org.diffusion4j.core.graph.LayerCase#all")
  void everyKindOfLayerIsTheSameInPlainSameDiff(LayerCase layer) {
    Graph graph = new Graph();
    Tensor output = graph.named("output", layer.build().apply(graph));
    graph.named("loss", graph.mean(output.times(output), false));
    Map<String, INDArray> values = LayerCase.values(graph);
    Weights weights = new Weights(graph.parameters(), values);
    Map<String, INDArray> inputs = new LinkedHashMap<>(values);
    inputs.keySet().retainAll(graph.inputs().keySet());
    SameDiffDoor.assertSameValues(graph, weights, inputs, List.of("output"));
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }

  @Test
  void everythingIsCalledWhatTheGraphCallsIt() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 3, 5);
    graph.named("again", graph.named("y", new Linear(7).build(graph.scope("fc"), x)));
    graph.named("input", x);
    Weights weights = Weights.initialize(graph.parameters(), new Generator(1));
    SameDiff network = SameDiffGraph.of(graph, weights);
    assertEquals(VariableType.PLACEHOLDER, network.getVariable("x").getVariableType());
    assertEquals(VariableType.VARIABLE, network.getVariable("fc.weight").getVariableType());
    assertSame(weights.get("fc.weight"), network.getVariable("fc.weight").getArr());
    INDArray values = new Generator(2).randn(3, 5);
    Map<String, INDArray> outputs = network.output(Map.of("x", values), "y", "again", "input");
    assertEquals(values, outputs.get("input"));
    assertEquals(outputs.get("y"), outputs.get("again"));
  }

  @Test
  void embeddingsAreOfTheIdsAndTheTable() {
    Graph graph = new Graph();
    Tensor table =
        graph.parameter("weight", ParameterLayout.PLAIN, new Initializer.Normal(1), 5, 2);
    Tensor rows = graph.named("rows", graph.embedding(table, graph.inputIds("ids", 3, 2)));
    graph.named("loss", graph.sum(rows.times(rows), false));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(7));
    Map<String, INDArray> inputs =
        Map.of("ids", Nd4j.createFromArray(new long[][] {{4, 0}, {4, 1}, {0, 4}}));
    assertEquals(List.of("ids"), SameDiffGraph.of(graph, weights).inputs());
    SameDiffDoor.assertSameValues(graph, weights, inputs, List.of("rows"));
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }

  @Test
  void aLossIsAScalar() {
    Graph graph = new Graph();
    graph.named("y", graph.input("x", 3).times(2));
    Weights none = new Weights(List.of(), Map.of());
    assertEquals(
        "loss (=Affine#0[3]) must be a scalar",
        assertThrows(IllegalArgumentException.class, () -> SameDiffGraph.of(graph, none, "y"))
            .getMessage());
  }
}
