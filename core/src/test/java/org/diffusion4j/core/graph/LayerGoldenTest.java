package org.diffusion4j.core.graph;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.testing.GoldenFile;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers against torch: values and gradients of {@code sum(y * w)}. */
class LayerGoldenTest {
  private static final Map<String, UnaryFunction> ACTIVATIONS =
      Map.of(
          "silu", UnaryFunction.SILU,
          "gelu_erf", UnaryFunction.GELU,
          "quick_gelu", UnaryFunction.QUICK_GELU,
          "relu", UnaryFunction.RELU,
          "sigmoid", UnaryFunction.SIGMOID,
          "tanh", UnaryFunction.TANH);

  static Stream<GoldenFile.Case> activations() {
    return cases("activations").filter(c -> ACTIVATIONS.containsKey(c.param("kind").asText()));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsAreTorchs(GoldenFile.Case golden) {
    UnaryFunction function = ACTIVATIONS.get(golden.param("kind").asText());
    check(golden, (graph, in) -> graph.apply(function, in.get("x")));
  }

  static Stream<GoldenFile.Case> softmax() {
    return cases("softmax").filter(c -> c.param("dim").asInt() == -1);
  }

  @ParameterizedTest
  @MethodSource("softmax")
  void softmaxIsTorchs(GoldenFile.Case golden) {
    boolean logarithm = golden.name().toLowerCase(Locale.ROOT).startsWith("log");
    check(
        golden,
        (graph, in) -> logarithm ? graph.logSoftmax(in.get("x")) : graph.softmax(in.get("x")));
  }

  static Stream<GoldenFile.Case> layerNorm() {
    return cases("layer_norm")
        .filter(c -> c.param("affine").asBoolean() && c.param("normalized_shape").size() == 1);
  }

  @ParameterizedTest
  @MethodSource("layerNorm")
  void layerNormIsTorchs(GoldenFile.Case golden) {
    double eps = golden.param("eps").asDouble();
    check(
        golden, (graph, in) -> graph.layerNorm(in.get("x"), in.get("weight"), in.get("bias"), eps));
  }

  static Stream<GoldenFile.Case> groupNorm() {
    return cases("group_norm")
        .filter(c -> c.param("affine").asBoolean() && c.tensor("x").rank() == 4);
  }

  @ParameterizedTest
  @MethodSource("groupNorm")
  void groupNormIsTorchs(GoldenFile.Case golden) {
    int groups = golden.param("num_groups").asInt();
    double eps = golden.param("eps").asDouble();
    check(
        golden,
        (graph, in) -> graph.groupNorm(in.get("x"), in.get("weight"), in.get("bias"), groups, eps));
  }

  private interface Build {
    Tensor with(Graph graph, Map<String, Tensor> inputs);
  }

  private static Stream<GoldenFile.Case> cases(String operation) {
    return GoldenFile.open("golden/ops/" + operation).cases().stream();
  }

  private static void check(GoldenFile.Case golden, Build build) {
    Graph graph = new Graph();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    for (String name : golden.inputs()) {
      inputs.put(name, golden.tensor(name));
      tensors.put(name, graph.input(name, golden.tensor(name).shape()));
    }
    Tensor y = graph.named("y", build.with(graph, tensors));
    Tensor w = graph.input("w", y.shapeArray());
    inputs.put("w", golden.tensor("w"));
    graph.named("loss", graph.sum(graph.multiply(y, w), false));

    try (SameDiffExecutor executor =
        new SameDiffExecutor(graph, new Weights(List.of(), Map.of()))) {
      Gradients result = executor.gradients(inputs, "loss", tensors.keySet(), Set.of("y"));
      assertClose(golden.tensor("y"), result.outputs().get("y"), 1e-5, 1e-5, golden + " y");
      List<String> checked = new ArrayList<>();
      for (String name : tensors.keySet()) {
        String expected = "grad_" + name;
        assertCloseToScale(
            golden.tensor(expected), result.gradients().get(name), 1e-4, golden + " " + expected);
        checked.add(expected);
      }
      assertEquals(Set.copyOf(golden.grads()), Set.copyOf(checked));
    }
  }
}
