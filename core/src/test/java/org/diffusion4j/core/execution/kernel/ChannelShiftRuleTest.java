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
    new GroupNorm(3, 1e-5).build(graph.scope(name), input);
  }

  @ParameterizedTest
  @CsvSource({"2,6,1,1,true", "1,6,1,1,false", "2,1,1,1,false", "2,6,5,1,false", "2,6,5,7,false"})
  void aNumberForEachChannelOfEachSampleMovesIntoTheNorm(
      long n, long c, long h, long w, boolean moves) {
    Tensor sum = x.plus(graph.input("shift", n, c, h, w));
    normalize("norm", sum);
    assertEquals(moves, Nodes.moves(rule, graph, sum));
  }

  @Test
  void aSumThatTwoNormsReadIsComputedOnce() {
    Tensor sum = x.plus(graph.input("shift", 2, 6, 1, 1));
    normalize("a", sum);
    normalize("b", sum);
    assertFalse(Nodes.moves(rule, graph, sum));
  }

  @Test
  void productsAndSumsBeforeOtherLayersStay() {
    Tensor shift = graph.input("shift", 2, 6, 1, 1);
    Tensor product = x.times(shift);
    normalize("norm", product);
    assertFalse(Nodes.moves(rule, graph, product));
    Tensor sum = x.plus(shift);
    sum.times(3);
    assertFalse(Nodes.moves(rule, graph, sum));
  }

  @Test
  void oneSinglePixelIsNoImage() {
    Tensor sum = graph.input("p", 2, 6, 1, 1).plus(graph.input("shift", 2, 6, 1, 1));
    normalize("norm", sum);
    assertFalse(Nodes.moves(rule, graph, sum));
  }
}
