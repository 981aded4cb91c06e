package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv2d;
import org.junit.jupiter.api.Test;

class PaddingRuleTest {
  private final PaddingRule rule = new PaddingRule();
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 3, 5, 7);
  private final Tensor padded = graph.pad2d(x, 0, 1, 0, 1);

  @Test
  void zerosBeforeConvolutionsAreTheirs() {
    Conv2d.same3x3(6).build(graph.scope("a"), padded);
    Conv2d.same3x3(11).build(graph.scope("b"), padded);
    assertTrue(Nodes.moves(rule, graph, padded));
  }

  @Test
  void zerosThatAnotherLayerReadsStay() {
    Conv2d.same3x3(6).build(graph.scope("a"), padded);
    graph.avgPool2d(padded, PoolSettings.of(2));
    assertFalse(Nodes.moves(rule, graph, padded));
  }

  @Test
  void otherLayersBeforeConvolutionsStay() {
    Tensor half = x.times(0.5);
    Conv2d.same3x3(6).build(graph.scope("a"), half);
    assertFalse(Nodes.moves(rule, graph, half));
  }
}
