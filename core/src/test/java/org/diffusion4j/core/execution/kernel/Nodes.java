package org.diffusion4j.core.execution.kernel;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Looks up the layers of a graph by their tensors. */
final class Nodes {
  private Nodes() {}

  static Graph.Node giving(Graph graph, Tensor tensor) {
    return graph.nodes().stream()
        .filter(node -> node.output().equals(tensor))
        .findFirst()
        .orElseThrow();
  }

  static List<Graph.Node> reading(Graph graph, Tensor tensor) {
    return graph.nodes().stream().filter(node -> node.layer().inputs().contains(tensor)).toList();
  }

  /** Whether a rule moves the layer that gives a tensor into those that read it. */
  static boolean moves(PrologueRule rule, Graph graph, Tensor tensor) {
    return rule.moves(giving(graph, tensor), reading(graph, tensor));
  }
}
