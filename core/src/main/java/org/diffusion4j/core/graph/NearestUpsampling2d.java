package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** Nearest-neighbour enlargement of {@code [n, c, h, w]} by a whole factor. */
public record NearestUpsampling2d(Tensor x, int factor) implements Layer {

  public NearestUpsampling2d {
    Shapes.requireRank("x", x, 4);
    Require.positive("factor", factor);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), x.size(2) * factor, x.size(3) * factor};
  }
}
