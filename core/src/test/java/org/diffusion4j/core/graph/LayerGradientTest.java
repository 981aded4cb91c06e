package org.diffusion4j.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

class LayerGradientTest {

  @Test
  void everyLayerHasACheck() {
    Set<Class<?>> checked = LayerCase.all().map(LayerCase::layer).collect(Collectors.toSet());
    Set<Class<?>> kinds = new HashSet<>(LayerCase.kinds());
    kinds.add(SameDiffOperation.class);
    assertEquals(kinds, checked);
  }

  @ParameterizedTest
  @MethodSource("org.diffusion4j.core.graph.LayerCase#all")
  void gradientsAreThoseOfFiniteDifferences(LayerCase layer) {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor output = layer.build().apply(graph);
    assertTrue(graph.nodes().stream().anyMatch(node -> layer.layer().isInstance(node.layer())));
    GradientCheck.assertGradients(graph, output, LayerCase.values(graph));
  }
}
