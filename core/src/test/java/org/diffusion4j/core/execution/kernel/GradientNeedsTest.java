package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.junit.jupiter.api.Test;

class GradientNeedsTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 3);

  private void check(boolean needed, Tensor output) {
    assertEquals(needed, GradientNeeds.includeInputsOf(Nodes.giving(graph, output).layer()));
  }

  @Test
  void onlySumsAndFactorsDoWithoutTheirInputs() {
    check(false, x.plus(x));
    check(false, graph.affine(x, 3, 5));
    check(true, x.times(x));
    check(true, graph.apply(UnaryFunction.SILU, x));
    check(true, graph.softmax(x, 1));
  }
}
