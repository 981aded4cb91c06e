package org.diffusion4j.core.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MaxoutTest {

  /**
   * Two inputs, two outputs of three pieces each, for x = (2, 3):
   *
   * <pre>
   * column of W   (1,0) (0,1) (1,1)   (-1,0) (0,-1) (2,-2)
   * b               0     1    -4       0      1      0
   * x W + b         2     4     1      -2     -2     -2
   * </pre>
   *
   * The first output is 4, from its second piece: its derivative by x is (0, 1). The second output
   * is -2, from all its pieces, of which the first has the derivative: (-1, 0).
   */
  @Test
  void theLargestPieceGivesTheOutputAndTheGradient() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 1, 2);
    Tensor y = new Maxout(2, 3).build(graph, x);
    graph.named("y", y);
    // 5 y_0 + 3 y_1
    Tensor weighted = y.times(graph.constant(new double[] {5, 3}, 1, 2));
    graph.named("loss", graph.sum(weighted, false));
    INDArray weight =
        Nd4j.createFromArray(new float[][] {{1, 0, 1, -1, 0, 2}, {0, 1, 1, 0, -1, -2}});
    INDArray bias = Nd4j.createFromArray(new float[] {0, 1, -4, 0, 1, 0});
    Weights weights = new Weights(graph.parameters(), Map.of("weight", weight, "bias", bias));
    Map<String, INDArray> inputs = Map.of("x", Nd4j.createFromArray(new float[][] {{2, 3}}));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Gradients result =
          executor.gradients(inputs, "loss", List.of("x", "weight", "bias"), List.of("y"));
      assertArrayEquals(new float[] {4, -2}, values(result.outputs().get("y")));
      // 5 (0, 1) + 3 (-1, 0)
      assertArrayEquals(new float[] {-3, 5}, values(result.gradients().get("x")), 1e-6f);
      assertArrayEquals(
          new float[] {0, 5, 0, 3, 0, 0}, values(result.gradients().get("bias")), 1e-6f);
      assertArrayEquals(
          new float[] {0, 10, 0, 6, 0, 0, 0, 15, 0, 9, 0, 0},
          values(result.gradients().get("weight")),
          1e-6f);
    }
  }

  @Test
  void neighbouringChannelsCompete() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 1, 4, 2, 1);
    Tensor y = graph.named("y", Maxout.max(graph, x, 1, 2));
    assertEquals(List.of(1L, 2L, 2L, 1L), y.shape());
    // Channels (1, 2), (3, 0), (-5, -7), (-6, 11) of two pixels each
    INDArray channels =
        Nd4j.createFromArray(new float[] {1, 2, 3, 0, -5, -7, -6, 11}).reshape('c', 1, 4, 2, 1);
    Weights none = new Weights(List.of(), Map.of());
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, none)) {
      INDArray maxima = executor.run(Map.of("x", channels), "y");
      assertArrayEquals(new float[] {3, 2, -5, 11}, values(maxima));
    }
  }

  @Test
  void refusesChannelsThatAreNoMultipleOfThePieces() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 2, 5, 3, 7);
    var error = assertThrows(IllegalArgumentException.class, () -> Maxout.max(graph, x, 1, 2));
    assertEquals("axis 1 of x (=5) must be divisible by pieces (=2)", error.getMessage());
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
