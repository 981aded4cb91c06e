package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 3, 5);

  @Test
  void aTensorNeedsWhatItIsComputedFrom() {
    Tensor doubled = x.times(2);
    doubled.times(7);
    Tensor sum = doubled.plus(x);
    Tensor product = sum.times(sum);
    assertEquals(List.of(doubled, sum, product), outputs(graph.nodesOf(List.of(product))));
    assertEquals(List.of(doubled), outputs(graph.nodesOf(List.of(doubled, x))));
  }

  private static List<Tensor> outputs(List<Graph.Node> nodes) {
    return nodes.stream().map(Graph.Node::output).toList();
  }

  @Test
  void inputsAreOfTheirNameAndShape() {
    assertSame(graph.inputs().get("x"), graph.requireInput("x", 3, 5));
    assertRefused("input (=z) must be one of [x]", "z", 3, 5);
    assertRefused("shape of input x (=[5, 3]) must be [3, 5]", "x", 5, 3);
  }

  private void assertRefused(String message, String name, long... shape) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> graph.requireInput(name, shape))
            .getMessage());
  }
}
