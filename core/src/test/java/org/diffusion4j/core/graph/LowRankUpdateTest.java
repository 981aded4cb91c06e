package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LowRankUpdateTest {
  private static final Map<String, LowRankUpdate> UPDATES =
      Map.of("conv.weight", new LowRankUpdate(2, 0.7), "fc.weight", new LowRankUpdate(3, 1.5));

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor output = convolutionAndLinear(graph.withUpdates(UPDATES));
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(7));
    assertTrue(values.keySet().containsAll(List.of("conv.lora_A.weight", "fc.lora_B.weight")));
    GradientCheck.assertGradients(graph, output, values);
  }

  @Test
  void namesAndShapesAreThoseOfPeft() {
    Graph graph = new Graph();
    convolutionAndLinear(graph.withUpdates(UPDATES));
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (ParameterSpec spec : graph.parameters()) {
      List<Long> fileShape = Arrays.stream(spec.fileShape()).boxed().toList();
      shapes.put(spec.name(), fileShape);
    }
    assertEquals(List.of(2L, 3L, 3L, 3L), shapes.get("conv.lora_A.weight"));
    assertEquals(List.of(5L, 2L, 1L, 1L), shapes.get("conv.lora_B.weight"));
    assertEquals(List.of(3L, 4L), shapes.get("fc.lora_A.weight"));
    assertEquals(List.of(7L, 3L), shapes.get("fc.lora_B.weight"));
    assertEquals(8, shapes.size());
  }

  @Test
  void addsTheProductOfTheFactors() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 1, 2);
    Map<String, LowRankUpdate> updates = Map.of("fc.weight", new LowRankUpdate(1, 0.5));
    graph.named("y", Linear.withoutBias(1).build(graph.withUpdates(updates).scope("fc"), x));
    Weights weights =
        new Weights(
            graph.parameters(),
            Map.of(
                "fc.weight", Nd4j.createFromArray(new float[][] {{3}, {5}}),
                "fc.lora_A.weight", Nd4j.createFromArray(new float[][] {{7}, {11}}),
                "fc.lora_B.weight", Nd4j.createFromArray(new float[][] {{13}})));
    // 1 * 3 + 2 * 5 + 0.5 * 13 * (1 * 7 + 2 * 11)
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      INDArray input = Nd4j.createFromArray(new float[][] {{1, 2}});
      assertEquals(201.5, executor.run(Map.of("x", input), "y").getDouble(0), 1e-4);
    }
  }

  @Test
  void untrainedFactorsAreDrawnAsPeftDrawsThem() {
    ParameterSpec weight =
        new ParameterSpec(
            "conv.weight", ParameterLayout.CONV2D, Initializer.ONES, List.of(3L, 5L, 7L, 11L));
    LowRankUpdate update = new LowRankUpdate(2, 1);
    assertEquals(new Initializer.Uniform(1 / Math.sqrt(105)), update.down(weight).initializer());
    assertEquals(Initializer.ZEROS, update.up(weight).initializer());
  }

  @Test
  void otherWeightsAreLeftAlone() {
    Graph graph = new Graph();
    convolutionAndLinear(graph.withUpdates(Map.of("other.weight", new LowRankUpdate(2, 1))));
    Graph plain = new Graph();
    convolutionAndLinear(plain);
    assertEquals(plain.nodes().toString(), graph.nodes().toString());
  }

  @Test
  void groupsAndOtherParametersAreRefused() {
    Graph graph = new Graph().withUpdates(UPDATES);
    Tensor x = graph.input("x", 2, 4, 7, 7);
    ConvSettings settings = ConvSettings.DEFAULT.withGroups(2);
    Graph scope = graph.scope("conv");
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Conv2d(6, Size2d.of(3), settings).build(scope, x));
    assertEquals(
        "groups of conv.weight (=2) must equal those of an update (=1)", error.getMessage());
    ParameterSpec bias =
        new ParameterSpec("fc.bias", ParameterLayout.PLAIN, Initializer.ZEROS, List.of(3L));
    assertThrows(IllegalArgumentException.class, () -> new LowRankUpdate(2, 1).down(bias));
    assertThrows(IllegalArgumentException.class, () -> new LowRankUpdate(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new LowRankUpdate(2, Double.NaN));
  }

  /** {@code [2, 3, 5, 6]} by a convolution of stride 2 to {@code [2, 5, 3, 4]}, then 7 features. */
  private static Tensor convolutionAndLinear(Graph graph) {
    Tensor x = graph.input("x", 2, 3, 5, 6);
    ConvSettings settings =
        ConvSettings.DEFAULT.withStride(new Size2d(2, 1)).withPadding(new Size2d(1, 0));
    Tensor h = new Conv2d(5, Size2d.of(3), settings).build(graph.scope("conv"), x);
    return new Linear(7).build(graph.scope("fc"), h);
  }
}
