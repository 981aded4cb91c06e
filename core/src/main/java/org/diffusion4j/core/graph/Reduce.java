package org.diffusion4j.core.graph;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The sum, mean or maximum over some axes, which are dropped or kept with size 1.
 *
 * @param axes none for all axes
 */
public record Reduce(Tensor x, Reduction reduction, List<Integer> axes, boolean keepAxes)
    implements Layer {

  /** What becomes of the values along the axes. */
  public enum Reduction {
    SUM,
    MEAN,
    /** Where several are largest, the first has the gradient. */
    MAX
  }

  public Reduce {
    axes =
        axes.isEmpty()
            ? IntStream.range(0, x.rank()).boxed().toList()
            : axes.stream().map(axis -> Shapes.axis(axis, x)).sorted().toList();
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return IntStream.range(0, x.rank())
        .filter(axis -> keepAxes || !axes.contains(axis))
        .mapToLong(axis -> axes.contains(axis) ? 1 : x.size(axis))
        .toArray();
  }
}
