package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ShapedGraphTest {
  private int built;
  private final ShapedGraph twice =
      new ShapedGraph(
          new Weights(List.of(), Map.of()),
          Execution.auto(),
          Graph::input,
          (graph, input) -> {
            built++;
            return input.times(2);
          });

  @Test
  void aGraphIsBuiltOnceForEachShape() {
    run(5, 3, 5);
    run(5, 3, 5);
    assertEquals(1, built);
    run(5, 7, 5);
    assertEquals(2, built);
  }

  @Test
  void rowsThatAreLessThanABatchHaveAGraphOfTheirOwn() {
    run(2, 3, 5);
    assertEquals(List.of(List.of(2L, 3L)), twice.shapes());
    run(11, 3, 5);
    assertEquals(List.of(List.of(2L, 3L), List.of(5L, 3L)), twice.shapes());
  }

  @Test
  void theLastUsedAreKept() {
    for (int width : new int[] {1, 2, 3, 4, 1, 5, 6}) {
      run(7, width, 7);
    }
    assertEquals(4, ShapedGraph.MAX_GRAPHS);
    assertEquals(
        List.of(List.of(7L, 4L), List.of(7L, 1L), List.of(7L, 5L), List.of(7L, 6L)),
        twice.shapes());
    assertEquals(6, built);
    run(7, 2, 7);
    assertEquals(7, built);
  }

  @Test
  void afterClosingNothingRuns() {
    run(5, 3, 5);
    twice.close();
    twice.close();
    assertEquals(List.of(), twice.shapes());
    assertThrows(IllegalStateException.class, () -> run(5, 3, 5));
    assertEquals(1, built);
  }

  @Test
  void whatCannotBeBuiltIsNotKept() {
    ShapedGraph none =
        new ShapedGraph(
            new Weights(List.of(), Map.of()),
            Execution.auto(),
            Graph::input,
            (graph, input) -> {
              throw new IllegalArgumentException("no graph");
            });
    assertThrows(IllegalArgumentException.class, () -> none.run(Nd4j.ones(2, 3), 1));
    assertEquals(List.of(), none.shapes());
  }

  private void run(int rows, int width, int batchSize) {
    assertEquals(Nd4j.ones(rows, width).muli(2), twice.run(Nd4j.ones(rows, width), batchSize));
  }
}
