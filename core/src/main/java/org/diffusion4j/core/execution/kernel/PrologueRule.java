package org.diffusion4j.core.execution.kernel;

import java.util.List;
import org.diffusion4j.core.graph.Graph;

/** Says of a layer that those that read its value had better compute it on their way. */
interface PrologueRule {

  /**
   * Whether the layer moves into its readers' kernels.
   *
   * @param node the layer, whose value nobody else asked for
   * @param readers the layers that read its value, at least one
   */
  boolean moves(Graph.Node node, List<Graph.Node> readers);
}
