package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * Steps that sum over axes.
 *
 * <p>oneDNN's own reduction is its slow reference; a product with a vector of ones is fast.
 */
final class Reductions {
  private Reductions() {}

  /**
   * The sum over some axes, which stay with size 1, times a factor; F32.
   *
   * @param reduced whether to sum over each axis
   */
  static View sum(PrimitivePlan plan, View x, boolean[] reduced, double factor) {
    View dense = Copies.dense(plan, x);
    int[] order = dense.axesInMemory();
    long[] sizes = Arrays.stream(order).mapToLong(dense::size).toArray();
    View rest = dense.permute(order);
    double scale = factor;
    int axis = 0;
    while (axis < order.length) {
      if (!reduced[order[axis]] || sizes[axis] == 1) {
        axis++;
        continue;
      }
      int end = axis;
      while (end < order.length && (reduced[order[end]] || sizes[end] == 1)) {
        end++;
      }
      long outer = View.length(Arrays.copyOf(sizes, axis));
      long size = View.length(Arrays.copyOfRange(sizes, axis, end));
      long inner = View.length(Arrays.copyOfRange(sizes, end, sizes.length));
      rest = sumOfMiddle(plan, rest.reshape(outer, size, inner).orElseThrow(), scale);
      scale = 1;
      Arrays.fill(sizes, axis, end, 1);
      rest = rest.reshape(sizes).orElseThrow();
      axis = end;
    }
    if (rest.type() != ElementType.F32) {
      rest = Copies.as(plan, rest, ElementType.F32);
    }
    if (scale != 1) {
      rest = Elementwise.apply(plan, Activation.linear(scale, 0), rest);
    }
    return rest.unpermute(order);
  }

  /** {@code [outer, size, inner] -> [outer, 1, inner]}. */
  private static View sumOfMiddle(PrimitivePlan plan, View x, double factor) {
    long outer = x.size(0);
    long size = x.size(1);
    long inner = x.size(2);
    View y = plan.allocate(ElementType.F32, outer, 1, inner);
    List<PostOp> scale =
        factor == 1 ? List.of() : List.of(new PostOp.Eltwise(Activation.linear(factor, 0)));
    PostOp[] postOps = scale.toArray(PostOp[]::new);
    if (inner == 1) {
      MatMuls.multiply(
          plan,
          x.reshape(outer, size).orElseThrow(),
          ones(plan, x.type(), size, 1),
          y.reshape(outer, 1).orElseThrow(),
          postOps);
    } else {
      MatMuls.multiply(plan, ones(plan, x.type(), 1, 1, size), x, y, postOps);
    }
    return y;
  }

  private static View ones(PrimitivePlan plan, ElementType type, long... shape) {
    float[] values = new float[Math.toIntExact(View.length(shape))];
    Arrays.fill(values, 1);
    return Copies.as(plan, plan.constant(values, shape), type);
  }
}
