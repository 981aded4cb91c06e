package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a model computes does not depend on how many threads compute it. */
class ThreadCountTest {
  private static final int[] THREADS = {2, 3, 7};

  private record Layers(String name, List<Long> shape, BiFunction<Graph, Tensor, Tensor> build) {
    long[] shapeArray() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Layers> layers() {
    return List.of(
        new Layers(
            "small norm",
            List.of(2L, 32L, 7L, 5L),
            (graph, x) -> new GroupNorm(4, 1e-5).build(graph, x)),
        new Layers(
            "large norm",
            List.of(2L, 64L, 67L, 61L),
            (graph, x) -> graph.apply(UnaryFunction.SILU, new GroupNorm(8, 1e-5).build(graph, x))),
        new Layers(
            "convolution",
            List.of(1L, 48L, 29L, 31L),
            (graph, x) -> Conv2d.same3x3(80).build(graph, x)),
        new Layers(
            "large convolution",
            List.of(1L, 64L, 61L, 67L),
            (graph, x) -> Conv2d.same3x3(64).build(graph, x)),
        new Layers("linear", List.of(1L, 2L, 1280L), (graph, x) -> new Linear(320).build(graph, x)),
        new Layers(
            "attention",
            List.of(1L, 257L, 64L),
            (graph, x) -> new MultiHeadAttention(2, 32, false).build(graph, x, x)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void valuesAreTheSameBitForBit(Layers layers) {
    for (Precision precision : new Precision[] {Precision.F32, Precision.BF16}) {
      float[] expected = values(layers, precision, 1);
      for (int threads : THREADS) {
        assertArrayEquals(expected, values(layers, precision, threads), precision + " " + threads);
      }
    }
  }

  private static float[] values(Layers layers, Precision precision, int threads) {
    Graph graph = new Graph();
    graph.named("y", layers.build().apply(graph, graph.input("x", layers.shapeArray())));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(3));
    try (GraphExecutor executor = new OneDnnExecutor(graph, weights, precision, threads);
        INDArray y = executor.run(Map.of("x", new Generator(5).randn(layers.shapeArray())), "y")) {
      return y.dup('c').data().asFloat();
    }
  }
}
