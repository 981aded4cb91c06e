package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;
import org.junit.jupiter.api.Test;

class FusionsTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 6, 5, 7);

  private Fusions fusions(boolean training, Tensor... outputs) {
    return new Fusions(graph.nodes(), Set.of(outputs), training);
  }

  private static List<Tensor> followers(Fusions fusions, Tensor root) {
    return fusions.followers(root).stream().map(Graph.Node::output).toList();
  }

  @Test
  void whatFollowsAConvolutionJoinsIt() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    Tensor sum = x.plus(activated);
    Tensor half = sum.times(0.5);
    assertEquals(List.of(activated, sum, half), followers(fusions(false), y));
    assertTrue(fusions(false).isAbsorbed(half));
  }

  @Test
  void inTrainingWhatAGradientNeedsStays() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor sum = y.plus(x);
    Tensor activated = graph.apply(UnaryFunction.SILU, sum);
    assertEquals(List.of(sum), followers(fusions(true), y));
    assertFalse(fusions(true).isAbsorbed(activated));
  }

  @Test
  void whatIsAskedForOrReadTwiceIsNotJoined() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    assertEquals(List.of(), followers(fusions(false, y), y));
    y.times(activated);
    assertEquals(List.of(), followers(fusions(false), y));
  }

  @Test
  void aSumJoinsTheLaterOfItsOperands() {
    Tensor first = Conv2d.same3x3(6).build(graph.scope("a"), x);
    Tensor second = Conv2d.same3x3(6).build(graph.scope("b"), x);
    Tensor sum = second.plus(first);
    assertEquals(List.of(), followers(fusions(false), first));
    assertEquals(List.of(sum), followers(fusions(false), second));
  }

  @Test
  void aSumDoesNotJoinWhatIsThereBeforeItsOtherOperand() {
    Tensor early = Conv2d.same3x3(6).build(graph.scope("a"), x);
    Tensor late = graph.avgPool2d(x, PoolSettings.of(1));
    early.plus(late);
    assertEquals(List.of(), followers(fusions(false), early));
  }

  @Test
  void partsOfALinearLayerAreLayersOfTheirOwn() {
    Tensor y = new Linear(14).build(graph.scope("l"), graph.input("z", 3, 5));
    Tensor value = graph.slice(y, 1, 0, 7);
    Tensor gate = graph.slice(y, 1, 7, 14);
    Tensor activated = graph.apply(UnaryFunction.GELU, gate);
    Tensor product = value.times(activated);
    Fusions fusions = fusions(false);
    assertTrue(fusions.deferred(y, Dense.class).isPresent());
    assertEquals(List.of(), followers(fusions, value));
    assertEquals(List.of(activated, product), followers(fusions, gate));
    assertEquals(Optional.empty(), fusions(false, y).deferred(y, Dense.class));
  }

  @Test
  void normsAndConvolutionsTakeWhatIsBeforeThem() {
    Tensor shift = graph.reshape(graph.input("t", 2, 6), 2, 6, 1, 1);
    Tensor sum = x.plus(shift);
    Tensor norm = new GroupNorm(2, 1e-5).build(graph.scope("n"), sum);
    Tensor activated = graph.apply(UnaryFunction.SILU, norm);
    Tensor padded = graph.pad2d(activated, 0, 1, 0, 1);
    Conv2d.same3x3(6).build(graph.scope("c"), padded);
    Fusions fusions = fusions(false);
    assertTrue(fusions.deferred(sum, Binary.class).isPresent());
    assertTrue(fusions.deferred(padded, Pad2d.class).isPresent());
    assertEquals(List.of(activated), followers(fusions, norm));
    assertEquals(List.of(), followers(fusions(true), norm));
  }
}
