package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * A matrix product of two tensors.
 *
 * @param a {@code [m, k]}
 * @param b {@code [k, p]}, or {@code [p, k]} if transposed
 */
public record MatMul(Tensor a, Tensor b, boolean transposeB) implements Layer {

  public MatMul {
    Shapes.requireRank("a", a, 2);
    Shapes.requireRank("b", b, 2);
    Require.equal(
        "columns of " + a, a.size(1), "rows of the other factor", b.size(transposeB ? 1 : 0));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(a, b);
  }

  @Override
  public long[] outputShape() {
    return new long[] {a.size(0), b.size(transposeB ? 0 : 1)};
  }
}
