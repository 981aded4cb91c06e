package org.diffusion4j.core.execution.kernel;

import java.util.List;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Pad2d;

/** Zeros around an image that only convolutions read are their own padding. */
final class PaddingRule implements PrologueRule {

  @Override
  public boolean moves(Graph.Node node, List<Graph.Node> readers) {
    return node.layer() instanceof Pad2d
        && readers.stream()
            .allMatch(
                reader ->
                    reader.layer() instanceof Convolution2d convolution
                        && convolution.x().equals(node.output()));
  }
}
