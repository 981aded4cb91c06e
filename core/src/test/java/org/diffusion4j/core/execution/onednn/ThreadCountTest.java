package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Map;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a model computes does not depend on how many threads compute it. */
class ThreadCountTest {
  private static final int[] THREADS = {2, 3, 7};

  private enum Layers {
    SMALL_NORM(new long[] {2, 32, 7, 5}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return new GroupNorm(4, 1e-5).build(graph, x);
      }
    },
    LARGE_NORM(new long[] {2, 64, 67, 61}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return graph.apply(UnaryFunction.SILU, new GroupNorm(8, 1e-5).build(graph, x));
      }
    },
    CONVOLUTION(new long[] {1, 48, 29, 31}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return Conv2d.same3x3(80).build(graph, x);
      }
    },
    LARGE_CONVOLUTION(new long[] {1, 64, 61, 67}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return Conv2d.same3x3(64).build(graph, x);
      }
    },
    LINEAR(new long[] {1, 2, 1280}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return new Linear(320).build(graph, x);
      }
    },
    ATTENTION(new long[] {1, 257, 64}) {
      @Override
      Tensor build(Graph graph, Tensor x) {
        return new MultiHeadAttention(2, 32, false).build(graph, x, x);
      }
    };

    final long[] shape;

    Layers(long[] shape) {
      this.shape = shape;
    }

    abstract Tensor build(Graph graph, Tensor x);
  }

  @ParameterizedTest
  @EnumSource(Layers.class)
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
    graph.named("y", layers.build(graph, graph.input("x", layers.shape)));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(3));
    try (GraphExecutor executor = new OneDnnExecutor(graph, weights, precision, threads);
        INDArray y = executor.run(Map.of("x", new Generator(5).randn(layers.shape)), "y")) {
      return y.dup('c').data().asFloat();
    }
  }
}
