package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;

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

  @Override
  public SDVariable build(SameDiffView view) {
    return view.sameDiff()
        .permute(view.variable(x), axes.stream().mapToInt(Integer::intValue).toArray());
  }
}
