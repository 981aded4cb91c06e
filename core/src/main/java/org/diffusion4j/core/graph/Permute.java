package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** The axes in another order: axis i of the result is axis {@code axes[i]} of x. */
public record Permute(Tensor x, List<Integer> axes) implements Layer {

  public Permute {
    axes = List.copyOf(axes);
    List<Integer> all = java.util.stream.IntStream.range(0, x.rank()).boxed().toList();
    Require.that(
        axes.stream().sorted().toList().equals(all), "axes", axes, "must be an order of " + all);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return axes.stream().mapToLong(x::size).toArray();
  }
}
