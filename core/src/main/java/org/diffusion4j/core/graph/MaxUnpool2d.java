package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * Puts pooled values back where they came from, among zeros (Zeiler and Fergus 2014).
 *
 * <p>If windows overlap, several values may come from one pixel: the last of them counts, and takes
 * the gradient.
 *
 * @param x {@code [n, c, h, w]}
 * @param indices {@code [n, c, h, w]}, what {@link MaxPool2dIndices} gives or an input of ids
 * @param height of the output
 * @param width of the output
 */
public record MaxUnpool2d(Tensor x, Tensor indices, long height, long width) implements Layer {

  public MaxUnpool2d {
    Shapes.requireRank("x", x, 4);
    Require.that(
        x.shape().equals(indices.shape()), "indices", indices, "must have the shape of " + x);
    Require.positive("height", height);
    Require.positive("width", width);
  }

  /** To the least size that the pooling takes to that of x. */
  static MaxUnpool2d of(Tensor x, Tensor indices, PoolSettings settings) {
    Shapes.requireRank("x", x, 4);
    long[] shape = settings.unpooledShape(x);
    return new MaxUnpool2d(x, indices, shape[2], shape[3]);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, indices);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), height, width};
  }
}
