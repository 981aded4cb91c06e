package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.diffusion4j.core.execution.kernel.Kernel;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;
import org.junit.jupiter.api.Test;

class OneDnnKernelsTest {
  private final OneDnnKernels inference = new OneDnnKernels(false);
  private final OneDnnKernels training = new OneDnnKernels(true);
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 6, 5, 7);
  private final Layer silu = layer(graph.apply(UnaryFunction.SILU, x));
  private final Layer sine = layer(graph.apply(UnaryFunction.SIN, x));
  private final Layer sum = layer(x.plus(x));
  private final Layer difference = layer(x.minus(x));
  private final Kernel convolution = kernel(Conv2d.same3x3(11).build(graph.scope("c"), x));
  private final Kernel norm = kernel(new GroupNorm(3, 1e-5).build(graph.scope("n"), x));

  private Graph.Node node(Tensor output) {
    return graph.nodes().stream()
        .filter(node -> node.output().equals(output))
        .findFirst()
        .orElseThrow();
  }

  private Layer layer(Tensor output) {
    return node(output).layer();
  }

  private Kernel kernel(Tensor root) {
    return Kernel.of(node(root));
  }

  @Test
  void productsTakeFunctionsSumsAndProducts() {
    assertTrue(inference.takesAfter(convolution, silu));
    assertTrue(inference.takesAfter(convolution, sum));
    assertFalse(inference.takesAfter(convolution, difference));
    assertFalse(inference.takesAfter(convolution, sine));
  }

  @Test
  void normsTakeFunctionsAloneAndNothingInTraining() {
    assertTrue(inference.takesAfter(norm, silu));
    assertFalse(inference.takesAfter(norm, sum));
    assertFalse(training.takesAfter(norm, silu));
  }

  @Test
  void aSliceIsAProductIfItComputesAPartOfALinearLayer() {
    Tensor y = new Linear(13).build(graph.scope("l"), x);
    Graph.Node slice = node(graph.slice(y, 3, 0, 5));
    assertFalse(inference.takesAfter(Kernel.of(slice), silu));
    Kernel part = new Kernel(List.of(node(y)), slice, List.of());
    assertTrue(inference.takesAfter(part, silu));
  }

  @Test
  void layersTakeTheirOwnKindsBeforeThem() {
    Layer pad = layer(graph.pad2d(x, 0, 1, 0, 1));
    Layer linear = layer(new Linear(13).build(graph.scope("l"), x));
    Layer slice = layer(graph.slice(x, 3, 0, 5));
    List<Layer> roots = List.of(convolution.root().layer(), norm.root().layer(), slice);
    List<Layer> befores = List.of(pad, sum, linear, difference);
    for (int i = 0; i < roots.size(); i++) {
      for (int j = 0; j < befores.size(); j++) {
        assertEquals(i == j, inference.takesBefore(roots.get(i), befores.get(j)), i + " " + j);
      }
    }
  }
}
