package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StopGradientTest {
  private static final float[] VALUES = {-0.7f, 1e-30f, 0, 3e38f, Float.POSITIVE_INFINITY};

  @Test
  void valuesStayBitForBit() {
    Graph graph = new Graph();
    graph.named("y", graph.stopGradient(graph.input("x", 5)));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, noWeights())) {
      INDArray y = executor.run(Map.of("x", Nd4j.createFromArray(VALUES)), "y");
      assertArrayEquals(VALUES, y.toFloatVector());
    }
  }

  /** d/dx sum(stop(x) x) = x. */
  @Test
  void gradientsPassOnlyWhereNothingStopsThem() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 2);
    graph.named("loss", graph.sum(graph.stopGradient(x).times(x), false));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, noWeights())) {
      Gradients result =
          executor.gradients(
              Map.of("x", Nd4j.createFromArray(3f, -5f)), "loss", List.of("x"), List.of());
      assertArrayEquals(new float[] {3, -5}, result.gradients().get("x").toFloatVector());
    }
  }

  /** d/dx sum((x + stop(x^2 - x)) w) = w, the straight-through estimator. */
  @Test
  void aStoppedDifferenceLetsTheGradientStraightThrough() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 2);
    Tensor square = graph.apply(UnaryFunction.SQUARE, x);
    Tensor y = x.plus(graph.stopGradient(square.minus(x)));
    graph.named("y", y);
    graph.named("loss", graph.sum(y.times(graph.constant(new double[] {2, 7}, 2)), false));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, noWeights())) {
      Gradients result =
          executor.gradients(
              Map.of("x", Nd4j.createFromArray(3f, -5f)), "loss", List.of("x"), List.of("y"));
      assertArrayEquals(new float[] {2, 7}, result.gradients().get("x").toFloatVector());
      assertArrayEquals(new float[] {9, 25}, result.outputs().get("y").toFloatVector());
    }
  }

  private static Weights noWeights() {
    return new Weights(List.of(), Map.of());
  }
}
