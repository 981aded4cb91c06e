package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds of layers of images beyond the reference's cases. */
class ImageLayerTest {
  private final Graph graph = new Graph();

  @Test
  void transposedConvolutionIsTheTransposeOfConvolution() {
    ConvSettings settings =
        ConvSettings.DEFAULT
            .withStride(new Size2d(2, 3))
            .withPadding(new Size2d(1, 0))
            .withDilation(new Size2d(1, 2))
            .withGroups(2);
    Tensor x = graph.input("x", 3, 4, 7, 11);
    Tensor weight = graph.input("weight", 3, 2, 2, 10);
    Tensor image = graph.conv2d(x, weight, settings);
    Tensor y = graph.input("y", image.shapeArray());
    // A width of 11 loses two columns, which the output padding brings back.
    Tensor preimage = graph.convTranspose2d(y, weight, settings, new Size2d(0, 2));
    assertEquals(x.shape(), preimage.shape());
    graph.named("a", graph.sum(image.times(y), false));
    graph.named("b", graph.sum(x.times(preimage), false));
    Generator generator = new Generator(5);
    Map<String, INDArray> inputs =
        Map.of(
            "x", generator.randn(x.shapeArray()),
            "weight", generator.randn(weight.shapeArray()),
            "y", generator.randn(y.shapeArray()));
    Map<String, INDArray> results = run(inputs, "a", "b");
    assertEquals(results.get("a").getDouble(0), results.get("b").getDouble(0), 1e-3);
  }

  @Test
  void theFirstOfEqualValuesIsTheLargest() {
    PoolSettings settings = PoolSettings.of(3).withStride(2).withPadding(1);
    Tensor x = graph.input("x", 1, 1, 3, 3);
    Tensor pooled = graph.maxPool2d(x, settings);
    graph.named("pooled", pooled);
    graph.named("indices", graph.maxPool2dIndices(x, settings));
    Tensor factors = graph.constant(new double[] {2, 3, 5, 7}, 1, 1, 2, 2);
    graph.named("loss", graph.sum(pooled.times(factors), false));
    Map<String, INDArray> inputs = Map.of("x", Nd4j.valueArrayOf(new long[] {1, 1, 3, 3}, -11f));

    Map<String, INDArray> results = run(inputs, "pooled", "indices");
    assertArrayEquals(new float[] {-11, -11, -11, -11}, floats(results.get("pooled")));
    // Windows of rows and columns 0 to 1 and 1 to 2.
    assertArrayEquals(new long[] {0, 1, 3, 4}, longs(results.get("indices")));
    try (SameDiffExecutor executor = executor()) {
      INDArray gradient =
          executor.gradients(inputs, "loss", List.of("x"), List.of()).gradients().get("x");
      assertArrayEquals(new float[] {2, 3, 0, 5, 7, 0, 0, 0, 0}, floats(gradient));
    }
  }

  @Test
  void unpoolingOverlappingWindowsPutsAValueOnce() {
    Tensor x = graph.input("x", 1, 1, 1, 3);
    Tensor indices = graph.inputIds("indices", 1, 1, 1, 3);
    graph.named("y", graph.maxUnpool2d(x, indices, 2, 2));
    Map<String, INDArray> inputs =
        Map.of(
            "x", Nd4j.createFromArray(2f, 5f, 5f).reshape(1, 1, 1, 3),
            "indices", Nd4j.createFromArray(3L, 1L, 1L).reshape(1, 1, 1, 3));
    assertArrayEquals(new float[] {0, 5, 0, 2}, floats(run(inputs, "y").get("y")));
  }

  @Test
  void indicesOutsideOfThePlaneAreRefused() {
    Tensor x = graph.input("x", 1, 2, 1, 1);
    Tensor indices = graph.inputIds("indices", 1, 2, 1, 1);
    graph.named("y", graph.maxUnpool2d(x, indices, 2, 3));
    for (long index : new long[] {-1, 6}) {
      Map<String, INDArray> inputs =
          Map.of(
              "x", Nd4j.ones(DataType.FLOAT, 1, 2, 1, 1),
              "indices", Nd4j.createFromArray(index, 5).reshape(1, 2, 1, 1));
      assertMessage(
          "index of indices (=" + index + ") must be from 0 to 5", () -> run(inputs, "y"));
    }
  }

  @Test
  void averagesCountThePaddingButNotWhatIsBeyondIt() {
    PoolSettings settings =
        new PoolSettings(new Size2d(1, 3), new Size2d(1, 3), new Size2d(0, 1), true);
    graph.named("y", graph.avgPool2d(graph.input("x", 1, 1, 1, 6), settings));
    Map<String, INDArray> inputs =
        Map.of("x", Nd4j.createFromArray(1f, 2f, 3f, 4f, 5f, 6f).reshape(1, 1, 1, 6));
    // (0 + 1 + 2) / 3, (3 + 4 + 5) / 3, (6 + 0) / 2
    assertArrayEquals(new float[] {1, 4, 3}, floats(run(inputs, "y").get("y")), 1e-6f);
  }

  @Test
  void resamplingToTheSameSizeChangesNothing() {
    INDArray values = new Generator(3).randn(2, 3, 5, 7);
    Tensor x = graph.input("x", 2, 3, 5, 7);
    for (Interpolation mode : Interpolation.values()) {
      graph.named(mode.name(), graph.interpolateTo(x, mode, 5, 7));
      INDArray y = run(Map.of("x", values), mode.name()).get(mode.name());
      assertArrayEquals(floats(values), floats(y), 1e-6f, mode.name());
    }
  }

  @Test
  void errorsNameTheValueAndTheRule() {
    Tensor x = graph.input("x", 2, 6, 5, 7);
    Tensor weight = graph.input("weight", 3, 3, 3, 10);
    ConvSettings settings = ConvSettings.DEFAULT;
    assertMessage(
        "channels (=6) must be divisible by groups (=4)",
        () -> graph.conv2d(x, weight, settings.withGroups(4)));
    assertMessage(
        "channels of x[2,6,5,7] in a group (=6) must equal input channels of the weight (=3)",
        () -> graph.conv2d(x, weight, settings));
    assertMessage(
        "outputPadding (=1x0) must be less than stride (=1x1) or dilation (=1x1)",
        () ->
            graph.convTranspose2d(
                x, graph.input("transposed", 3, 3, 5, 6), settings, new Size2d(1, 0)));
    assertMessage(
        "stride width (=0) must be positive", () -> settings.withStride(new Size2d(1, 0)));
    assertMessage(
        "padding height (=2) must be at most half of the kernel (=1)",
        () -> PoolSettings.of(3).withPadding(2));
    assertMessage(
        "indices (=weight[3,3,3,10]) must have the shape of x[2,6,5,7]",
        () -> graph.maxUnpool2d(x, weight, 5, 7));
    assertMessage(
        "indices (=x[2,6,5,7]) must be of whole numbers", () -> graph.maxUnpool2d(x, x, 5, 7));
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  private Map<String, INDArray> run(Map<String, INDArray> inputs, String... outputs) {
    try (SameDiffExecutor executor = executor()) {
      return executor.run(inputs, List.of(outputs));
    }
  }

  private SameDiffExecutor executor() {
    return new SameDiffExecutor(graph, new Weights(List.of(), Map.of()));
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static long[] longs(INDArray array) {
    return array.dup('c').data().asLong();
  }
}
