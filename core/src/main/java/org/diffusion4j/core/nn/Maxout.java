package org.diffusion4j.core.nn;

import java.util.stream.LongStream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * The maximum of several linear functions for each output (Goodfellow et al. 2013, "Maxout
 * Networks", section 3): {@code y_i = max_j (x W + b)_ij}.
 *
 * <p>The layer learns its activation function: a convex one, piecewise linear.
 *
 * @param out features of the output
 * @param pieces linear functions for each of them
 */
public record Maxout(long out, int pieces) {

  public Maxout {
    Require.positive("pieces", pieces);
  }

  /**
   * A linear layer of {@code out * pieces} features, then the maximum of each run of {@code
   * pieces}: parameters {@code weight} and {@code bias}.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  public Tensor build(Graph graph, Tensor x) {
    return max(graph, new Linear(out * pieces).build(graph, x), -1, pieces);
  }

  /**
   * The maximum of each run of neighbours along an axis, such as the channels of images.
   *
   * @param x {@code [..., d*pieces, ...]}
   * @param pieces the length of a run
   * @return {@code [..., d, ...]}
   */
  public static Tensor max(Graph graph, Tensor x, int axis, int pieces) {
    Require.divisible("axis " + axis + " of x", x.size(axis), "pieces", pieces);
    int front = axis < 0 ? axis + x.rank() : axis;
    long[] shape =
        LongStream.concat(
                LongStream.concat(
                    x.shape().stream().limit(front).mapToLong(Long::longValue),
                    LongStream.of(x.size(axis) / pieces, pieces)),
                x.shape().stream().skip(front + 1L).mapToLong(Long::longValue))
            .toArray();
    return graph.max(graph.reshape(x, shape), false, front + 1);
  }
}
