package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** Zeros around the images of {@code [n, c, h, w]}. */
public record Pad2d(Tensor x, int left, int right, int top, int bottom) implements Layer {

  public Pad2d {
    Shapes.requireRank("x", x, 4);
    Require.notNegative("left", left);
    Require.notNegative("right", right);
    Require.notNegative("top", top);
    Require.notNegative("bottom", bottom);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), x.size(2) + top + bottom, x.size(3) + left + right};
  }
}
