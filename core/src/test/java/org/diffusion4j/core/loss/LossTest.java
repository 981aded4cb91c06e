package org.diffusion4j.core.loss;

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

class LossTest {
  private static final Weights NONE = new Weights(List.of(), Map.of());

  @Test
  void binaryCrossEntropyHoldsForAnyLogit() {
    Graph graph = new Graph();
    Tensor input = graph.input("input", 5);
    Tensor target = graph.input("target", 5);
    Tensor losses = new BceWithLogitsLoss().build(graph, input, target, Reduction.NONE);
    graph.named("losses", losses);
    graph.named("loss", graph.sum(losses, false));
    Map<String, INDArray> inputs =
        Map.of(
            "input", Nd4j.createFromArray(new float[] {-300, 300, -300, 300, 0}),
            "target", Nd4j.createFromArray(new float[] {0, 1, 1, 0, 0}));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, NONE)) {
      Gradients result = executor.gradients(inputs, "loss", List.of("input"), List.of("losses"));
      // -log(sigmoid(300)) is 0 and -log(sigmoid(-300)) is 300; sigmoid(0) is 1/2
      assertArrayEquals(
          new float[] {0, 0, 300, 300, (float) Math.log(2)},
          result.outputs().get("losses").toFloatVector(),
          1e-6f);
      // sigmoid(input) - target
      assertArrayEquals(
          new float[] {0, 0, -1, 1, 0.5f}, result.gradients().get("input").toFloatVector(), 1e-6f);
    }
  }

  @Test
  void anEventOfProbabilityZeroAddsNothingToADivergence() {
    Graph graph = new Graph();
    Tensor input = graph.input("input", 1, 3);
    Tensor target = graph.input("target", 1, 3);
    graph.named("loss", new KlDivLoss().build(graph, input, target, Reduction.BATCH_MEAN));
    Map<String, INDArray> inputs =
        Map.of(
            "input", Nd4j.createFromArray(new float[][] {{-1, -2, -3}}),
            "target", Nd4j.createFromArray(new float[][] {{0, 1, 0}}));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, NONE)) {
      // log(1) + 2
      assertEquals(2, executor.run(inputs, "loss").getDouble(0), 1e-6);
    }
  }

  /**
   * Two classes and two images of three pixels: the loss of a pixel is {@code log(1 + exp(other
   * logit - its logit))}.
   */
  @Test
  void crossEntropyIsByPixel() {
    Graph graph = new Graph();
    Tensor input = graph.input("input", 2, 2, 3);
    Tensor target = graph.inputIds("target", 2, 3);
    graph.named("losses", new CrossEntropyLoss(0).ofClasses(graph, input, target, Reduction.NONE));
    float[][][] logits = {{{1, 2, 3}, {3, 2, 0}}, {{5, -1, 0}, {0, 1, 7}}};
    Map<String, INDArray> inputs =
        Map.of(
            "input", Nd4j.createFromArray(logits),
            "target", Nd4j.createFromArray(new long[][] {{0, 1, 1}, {0, 0, 1}}));
    double[] margins = {-2, 0, -3, 5, -2, 7};
    float[] expected = new float[margins.length];
    for (int i = 0; i < margins.length; i++) {
      expected[i] = (float) Math.log1p(Math.exp(-margins[i]));
    }
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, NONE)) {
      INDArray losses = executor.run(inputs, "losses");
      assertArrayEquals(new long[] {2, 3}, losses.shape());
      assertArrayEquals(expected, losses.dup('c').data().asFloat(), 1e-5f);
    }
  }

  @Test
  void refusesATargetThatWouldBroadcast() {
    Graph graph = new Graph();
    Tensor input = graph.input("input", 5, 1);
    Tensor target = graph.input("target", 5);
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MeanSquaredError().build(graph, input, target));
    assertEquals("target (=target[5]) must have the shape of input[5,1]", error.getMessage());
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new HuberLoss(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new SmoothL1Loss(0));
    assertThrows(IllegalArgumentException.class, () -> new CrossEntropyLoss(1.5));
  }
}
