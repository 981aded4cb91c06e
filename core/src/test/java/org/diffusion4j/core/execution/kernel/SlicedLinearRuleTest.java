package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;
import org.junit.jupiter.api.Test;

class SlicedLinearRuleTest {
  private final SlicedLinearRule rule = new SlicedLinearRule();
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 3, 5);
  private final Tensor y = new Linear(14).build(graph.scope("l"), x);

  @Test
  void aLayerThatIsReadInSlicesOfItsOutputsIsComputedInThese() {
    graph.slice(y, 1, 0, 7);
    graph.slice(y, 1, 3, 14);
    assertTrue(Nodes.moves(rule, graph, y));
  }

  @Test
  void aLayerThatIsReadAsAWholeStays() {
    graph.slice(y, 1, 0, 7);
    y.times(3);
    assertFalse(Nodes.moves(rule, graph, y));
  }

  @Test
  void slicesOfRowsAreNoPartsOfTheLayer() {
    graph.slice(y, 1, 0, 7);
    graph.slice(y, 0, 0, 2);
    assertFalse(Nodes.moves(rule, graph, y));
  }

  @Test
  void otherLayersBeforeSlicesStay() {
    Tensor half = x.times(0.5);
    graph.slice(half, 1, 0, 3);
    assertFalse(Nodes.moves(rule, graph, half));
  }
}
