package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph holds no weights. */
class GraphMemoryTest {

  /** 2^33 values: 32 GiB. */
  @Test
  void parametersOfAnySizeTakeNoMemory() {
    long in = 1L << 17;
    long out = 1L << 16;
    Graph graph = new Graph();
    Tensor x = graph.input("x", 3, in);
    Tensor weight =
        graph.parameter("weight", ParameterLayout.LINEAR, Initializer.fanIn(in), in, out);
    Tensor y = graph.dense(x, weight);
    assertArrayEquals(new long[] {3, out}, y.shapeArray());
  }

  @Test
  void scalarsAreParameters() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 3);
    Tensor scale = graph.parameter("scale", ParameterLayout.PLAIN, Initializer.ONES);
    graph.named("y", x.times(scale));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(2));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      INDArray y = executor.run(Map.of("x", Nd4j.createFromArray(2f, 3f, 5f)), "y");
      assertEquals(Nd4j.createFromArray(2f, 3f, 5f), y);
    }
  }

  @Test
  void parametersMustNotBeEmpty() {
    Graph graph = new Graph();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> graph.parameter("bias", ParameterLayout.PLAIN, Initializer.ZEROS, 5, 0))
            .getMessage();
    assertEquals("shape of parameter (=bias[5,0]) must have no empty axis", message);
  }
}
