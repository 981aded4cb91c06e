package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** Activation functions where float32 is at its limits, and where their two halves meet. */
class ActivationTest {
  private static final float HUGE = 1e6f;

  private record Case(
      String name,
      BiFunction<Graph, Tensor, Tensor> activation,
      float atMinusHuge,
      float slopeAtMinusHuge,
      float atZero,
      float slopeAtZero) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    float log2 = (float) Math.log(2);
    return Stream.of(
        unary(UnaryFunction.SOFTPLUS, log2, 0.5f),
        // tanh(log(2)) = (2 - 1/2) / (2 + 1/2)
        unary(UnaryFunction.MISH, 0, 0.6f),
        unary(UnaryFunction.GELU, 0, 0.5f),
        unary(UnaryFunction.GELU_TANH, 0, 0.5f),
        unary(UnaryFunction.QUICK_GELU, 0, 0.5f),
        unary(UnaryFunction.SILU, 0, 0.5f),
        unary(UnaryFunction.RELU, 0, 0),
        new Case("ELU", (graph, x) -> graph.elu(x, 0.7), -0.7f, 0, 0, 0.7f),
        new Case(
            "leaky ReLU", (graph, x) -> graph.leakyRelu(x, 0.25), -0.25f * HUGE, 0.25f, 0, 0.25f));
  }

  private static Case unary(UnaryFunction function, float atZero, float slopeAtZero) {
    return new Case(
        function.name(), (graph, x) -> graph.apply(function, x), 0, 0, atZero, slopeAtZero);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndDerivativesAreThoseOfTheLimits(Case c) {
    Graph graph = new Graph();
    Tensor y = graph.named("y", c.activation().apply(graph, graph.input("x", 3)));
    graph.named("loss", graph.sum(y, false));
    Weights none = new Weights(List.of(), Map.of());
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, none)) {
      Gradients result =
          executor.gradients(
              Map.of("x", Nd4j.createFromArray(-HUGE, 0, HUGE)),
              "loss",
              List.of("x"),
              List.of("y"));
      assertArrayEquals(
          new float[] {c.atMinusHuge(), c.atZero(), HUGE},
          result.outputs().get("y").toFloatVector(),
          1e-6f);
      assertArrayEquals(
          new float[] {c.slopeAtMinusHuge(), c.slopeAtZero(), 1},
          result.gradients().get("x").toFloatVector(),
          1e-6f);
    }
  }
}
