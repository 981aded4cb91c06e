package org.diffusion4j.core.execution.kernel;

import java.util.List;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Tensor;

/**
 * The sum of images and a number for each channel of each sample is part of the group norm that
 * alone reads it: such a number moves the sums over pixels in a way that is known.
 */
final class ChannelShiftRule implements PrologueRule {

  @Override
  public boolean moves(Graph.Node node, List<Graph.Node> readers) {
    return node.layer() instanceof Binary sum
        && sum.function() == BinaryFunction.ADD
        && isByChannel(sum.a(), sum.b())
        && readers.size() == 1
        && readers.get(0).layer() instanceof GroupNormalization;
  }

  /** Whether {@code x} is {@code [n, c, h, w]} of several pixels and {@code shift [n, c, 1, 1]}. */
  private static boolean isByChannel(Tensor x, Tensor shift) {
    return x.rank() == 4
        && shift.rank() == 4
        && x.size(2) * x.size(3) > 1
        && shift.size(0) == x.size(0)
        && shift.size(1) == x.size(1)
        && shift.size(2) * shift.size(3) == 1;
  }
}
