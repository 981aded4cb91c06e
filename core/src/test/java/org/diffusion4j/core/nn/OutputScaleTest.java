package org.diffusion4j.core.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.ResnetBlock2D.Resampling;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.nn.attention.SpatialAttention;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Blocks that add their input divide the sum by a factor. */
class OutputScaleTest {
  private static final double FACTOR = 2.5;

  @Test
  void residualBlocksDivideTheirSum() {
    assertDivided(
        (graph, x) -> resnet(1).build(graph, x), (graph, x) -> resnet(FACTOR).build(graph, x));
  }

  @Test
  void attentionDividesItsSum() {
    assertDivided(attention(1)::build, attention(FACTOR)::build);
  }

  @Test
  void nothingIsDividedByZero() {
    var resnet = assertThrows(IllegalArgumentException.class, () -> resnet(0));
    assertEquals("outputScaleFactor (=0.0) must be finite and not 0", resnet.getMessage());
    var attention = assertThrows(IllegalArgumentException.class, () -> attention(Double.NaN));
    assertEquals("rescaleOutputFactor (=NaN) must be finite and not 0", attention.getMessage());
  }

  private static ResnetBlock2D resnet(double factor) {
    return new ResnetBlock2D(
        6, 2, 1e-5, UnaryFunction.SILU, TimeScaleShift.DEFAULT, Resampling.NONE, factor);
  }

  private static SpatialAttention attention(double factor) {
    return new SpatialAttention(
        new MultiHeadAttention(2, 3, true), OptionalInt.empty(), 1e-5, factor);
  }

  private static void assertDivided(
      BiFunction<Graph, Tensor, Tensor> whole, BiFunction<Graph, Tensor, Tensor> divided) {
    assertArrayEquals(
        run(whole).div(FACTOR).ravel().toFloatVector(),
        run(divided).ravel().toFloatVector(),
        1e-6f);
  }

  private static INDArray run(BiFunction<Graph, Tensor, Tensor> block) {
    Graph graph = new Graph();
    graph.named("y", block.apply(graph, graph.input("x", 2, 4, 3, 5)));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(7));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(Map.of("x", new Generator(11).randn(2, 4, 3, 5)), "y");
    }
  }
}
