package org.diffusion4j.core.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SameDiffExecutorTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 3, 5);
  private final Tensor y = graph.named("y", Linear.build(graph.scope("fc"), x, 7));

  private final Weights weights = Weights.initialize(graph.parameters(), new Generator(1));
  private final SameDiffExecutor executor = new SameDiffExecutor(graph, weights);

  SameDiffExecutorTest() {
    graph.named("loss", graph.mean(graph.multiply(y, y), false));
  }

  @Test
  void aLaterRunLeavesEarlierResultsAsTheyWere() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    INDArray first = executor.run(inputs, "y");
    INDArray gradient = gradient(inputs, "fc.weight");
    float[] values = values(first);
    float[] slopes = values(gradient);
    Map<String, INDArray> others = Map.of("x", new Generator(3).randn(3, 5));
    executor.run(others, "y");
    gradient(others, "fc.weight");
    assertArrayEquals(values, values(first));
    assertArrayEquals(slopes, values(gradient));
    assertArrayEquals(values, values(executor.run(inputs, "y")));
    assertArrayEquals(slopes, values(gradient(inputs, "fc.weight")));
  }

  @Test
  void closingResultsDoesNoHarm() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    float[] expected = values(executor.run(inputs, "y"));
    for (int i = 0; i < 11; i++) {
      executor.run(inputs, "y").close();
      gradient(inputs, "fc.weight").close();
    }
    assertArrayEquals(expected, values(executor.run(inputs, "y")));
  }

  @Test
  void weightsChangedInPlaceAreSeenByTheNextRun() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    gradient(inputs, "fc.weight");
    weights.get("fc.weight").assign(0);
    weights.get("fc.bias").assign(2);
    // y is 2 everywhere: the mean of its square is 4, and each of 21 values has slope 2*2/21.
    assertEquals(4, executor.run(inputs, "loss").getDouble(0), 1e-6);
    for (float slope : values(gradient(inputs, "fc.bias"))) {
      assertEquals(3 * 4 / 21.0, slope, 1e-6);
    }
  }

  @Test
  void wrongInputsAreNamed() {
    assertEquals(
        "input (=z) must be one of [x]", message(Map.of("z", new Generator(2).randn(3, 5))));
    assertEquals(
        "shape of input x (=[5, 3]) must be [3, 5]",
        message(Map.of("x", new Generator(2).randn(5, 3))));
  }

  private String message(Map<String, INDArray> inputs) {
    return assertThrows(IllegalArgumentException.class, () -> executor.run(inputs, "y"))
        .getMessage();
  }

  private INDArray gradient(Map<String, INDArray> inputs, String name) {
    return executor.gradients(inputs, "loss", List.of(name), List.of()).gradients().get(name);
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
