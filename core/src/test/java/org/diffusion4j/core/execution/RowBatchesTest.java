package org.diffusion4j.core.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RowBatchesTest {
  private static final int BATCH = 3;
  private final Graph graph = new Graph();
  private final SameDiffExecutor executor;

  RowBatchesTest() {
    graph.named("y", graph.affine(graph.input("x", BATCH, 5), 2, 1));
    executor = new SameDiffExecutor(graph, new Weights(List.of(), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 7})
  void everyRowHasItsValuesAndNoOther(int rows) {
    INDArray x = new Generator(rows).randn(rows, 5);
    INDArray y = RowBatches.run(executor, BATCH, Map.of("x", x), List.of("y")).get("y");
    assertArrayEquals(new long[] {rows, 5}, y.shape());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < 5; column++) {
        assertEquals(2 * x.getFloat(row, column) + 1, y.getFloat(row, column), 1e-6f);
      }
    }
  }

  @Test
  void inputsAreLeftAsTheyAre() {
    INDArray x = new Generator(1).randn(2, 5);
    RowBatches.run(executor, BATCH, Map.of("x", x), List.of("y"));
    assertArrayEquals(new long[] {2, 5}, x.shape());
  }

  @Test
  void partsOfArraysAreInputs() {
    INDArray whole = new Generator(1).randn(11, 7);
    INDArray part = whole.get(NDArrayIndex.interval(4, 11), NDArrayIndex.interval(2, 7));
    INDArray y = RowBatches.run(executor, BATCH, Map.of("x", part), List.of("y")).get("y");
    assertEquals(
        whole.get(NDArrayIndex.interval(4, 11), NDArrayIndex.interval(2, 7)).mul(2).add(1), y);
  }

  @Test
  void inputsWithDifferentNumbersOfRowsAreRefused() {
    Map<String, INDArray> inputs =
        Map.of("x", new Generator(1).randn(2, 5), "z", new Generator(1).randn(3, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> RowBatches.run(executor, BATCH, inputs, List.of("y")));
  }
}
