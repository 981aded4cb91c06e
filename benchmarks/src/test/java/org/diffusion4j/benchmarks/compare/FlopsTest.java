package org.diffusion4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.junit.jupiter.api.Test;

class FlopsTest {
  private final Graph graph = new Graph();

  @Test
  void countsAMultiplicationAndAnAdditionForEachWeightAndOutput() {
    Tensor x = graph.input("x", 2, 6, 7, 11);
    Tensor weight = graph.parameter("w", ParameterLayout.CONV2D, Initializer.ZEROS, 3, 5, 3, 4);
    graph.conv2d(x, weight, ConvSettings.DEFAULT.withGroups(2));
    // Outputs [2, 4, 5, 7], each of 3 * 5 * 3 products.
    long conv = 2L * (2 * 4 * 5 * 7) * (3 * 5 * 3);
    assertEquals(conv, Flops.of(graph));

    Tensor rows = graph.input("rows", 2, 13, 6);
    graph.dense(rows, graph.parameter("l", ParameterLayout.LINEAR, Initializer.ZEROS, 6, 17));
    long dense = 2L * (2 * 13) * 6 * 17;
    assertEquals(conv + dense, Flops.of(graph));
  }

  @Test
  void countsBothProductsOfAttention() {
    Tensor query = graph.input("q", 2, 5, 6);
    Tensor key = graph.input("k", 2, 7, 6);
    Tensor value = graph.input("v", 2, 7, 9);
    graph.attention(query, key, value, 3, 1);
    assertEquals(2L * 2 * 5 * 7 * 6 + 2L * 2 * 5 * 7 * 9, Flops.of(graph));

    graph.matMul(graph.input("a", 3, 5), graph.input("b", 5, 11));
    assertEquals(2L * 2 * 5 * 7 * (6 + 9) + 2L * 3 * 5 * 11, Flops.of(graph));
  }
}
