package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.GroupNorm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelShiftRuleTest {
  private final ChannelShiftRule rule = new ChannelShiftRule();
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 6, 5, 7);

  private void normalize(String name, Tensor input) {
    GroupNorm.build(graph.scope(name), input, 3, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"2,6,1,1,true", "1,6,1,1,false", "2,1,1,1,false", "2,6,5,1,false", "2,6,5,7,false"})
  void aNumberForEachChannelOfEachSampleMovesIntoTheNorm(
      long n, long c, long h, long w, boolean moves) {
    Tensor sum = graph.add(x, graph.input("shift", n, c, h, w));
    normalize("norm", sum);
    assertEquals(moves, Nodes.moves(rule, graph, sum));
  }

  @Test
  void aSumThatTwoNormsReadIsComputedOnce() {
    Tensor sum = graph.add(x, graph.input("shift", 2, 6, 1, 1));
    normalize("a", sum);
    normalize("b", sum);
    assertFalse(Nodes.moves(rule, graph, sum));
  }

  @Test
  void productsAndSumsBeforeOtherLayersStay() {
    Tensor shift = graph.input("shift", 2, 6, 1, 1);
    Tensor product = graph.multiply(x, shift);
    normalize("norm", product);
    assertFalse(Nodes.moves(rule, graph, product));
    Tensor sum = graph.add(x, shift);
    graph.scale(sum, 3);
    assertFalse(Nodes.moves(rule, graph, sum));
  }

  @Test
  void oneSinglePixelIsNoImage() {
    Tensor sum = graph.add(graph.input("p", 2, 6, 1, 1), graph.input("shift", 2, 6, 1, 1));
    normalize("norm", sum);
    assertFalse(Nodes.moves(rule, graph, sum));
  }
}
