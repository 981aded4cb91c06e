package org.diffusion4j.core.execution.kernel;

import java.util.List;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Slice;

/** Of a linear layer that is read in slices of its outputs, each slice computes its own part. */
final class SlicedLinearRule implements PrologueRule {

  @Override
  public boolean moves(Graph.Node node, List<Graph.Node> readers) {
    int lastAxis = node.output().rank() - 1;
    return node.layer() instanceof Dense
        && readers.stream()
            .allMatch(reader -> reader.layer() instanceof Slice slice && slice.axis() == lastAxis);
  }
}
