package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/** Steps that compute each value by itself. */
final class Elementwise {
  /** Below so many values of a part, one slow step is faster than a step for each part. */
  private static final long SMALL_PART = 256;

  private record BinaryKey(
      int algorithm, View.Layout a, View.Layout b, View.Layout y, List<Record> postOps) {}

  private Elementwise() {}

  /** A function of every value. */
  static View apply(PrimitivePlan plan, Activation function, View x) {
    View dense = Copies.dense(plan, x);
    View y = plan.allocateLike(dense, x.type());
    NativeScope scope = plan.scope();
    plan.call(
        forward(scope, function, dense),
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, dense).with(dnnl.DNNL_ARG_DST, y));
    return y;
  }

  /** One function after the other; operands have strides like {@code x}'s. */
  static View apply(PrimitivePlan plan, View x, List<PostOp> functions) {
    View y = x;
    for (PostOp function : functions) {
      if (function instanceof PostOp.Eltwise eltwise) {
        y = apply(plan, eltwise.activation(), y);
      } else if (function instanceof PostOp.Binary binary) {
        y = binary(plan, binary.algorithm(), y, binary.operand(), y.type(), List.of());
      }
    }
    return y;
  }

  private static Primitive forward(NativeScope scope, Activation function, View x) {
    return Primitive.of(
        scope,
        "eltwise",
        desc ->
            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_training,
                function.algorithm(),
                scope.desc(x),
                scope.desc(x),
                function.alpha(),
                function.beta(),
                scope.attributes(List.of())));
  }

  /** The gradient of the function's argument. */
  static View backward(PrimitivePlan plan, Activation function, View x, View gradient) {
    NativeScope scope = plan.scope();
    View dense = Copies.dense(plan, x);
    View dy = Copies.withStrides(plan, Copies.as(plan, gradient, x.type()), dense.strides());
    View dx = plan.allocateLike(dense, x.type());
    Primitive hint = forward(scope, function, dense);
    Primitive backward =
        Primitive.of(
            scope,
            "eltwise backward",
            desc ->
                dnnl.dnnl_eltwise_backward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    function.algorithm(),
                    scope.desc(dx),
                    scope.desc(dy),
                    scope.desc(dense),
                    function.alpha(),
                    function.beta(),
                    hint.desc(),
                    scope.attributes(List.of())));
    plan.call(
        backward,
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_SRC, dense)
            .with(dnnl.DNNL_ARG_DIFF_DST, dy)
            .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
    return dx;
  }

  /**
   * A function of two tensors, the second of which broadcasts to the first.
   *
   * @param algorithm one of oneDNN's binary algorithms
   * @param type that of the result
   * @param postOps applied to the result; their operands have strides like {@code a}'s
   */
  static View binary(
      PrimitivePlan plan, int algorithm, View a, View b, ElementType type, List<PostOp> postOps) {
    View dense = Copies.dense(plan, a);
    View y = plan.allocateLike(dense, type);
    binary(plan, algorithm, dense, alike(plan, b, dense), y, postOps);
    return y;
  }

  /** As above, to memory of its own. */
  static void binary(
      PrimitivePlan plan, int algorithm, View a, View b, View y, List<PostOp> postOps) {
    NativeScope scope = plan.scope();
    BinaryKey key =
        new BinaryKey(algorithm, a.layout(), b.layout(), y.layout(), PostOp.keys(postOps));
    Primitive primitive = plan.shared(key, () -> described(scope, algorithm, a, b, y, postOps));
    int axis = axisToSplit(a, b);
    if (axis >= 0 && primitive.isReference() && a.length() / a.size(axis) >= SMALL_PART) {
      for (long i = 0; i < a.size(axis); i++) {
        long part = i;
        List<PostOp> ofPart = postOps.stream().map(postOp -> at(postOp, axis, part)).toList();
        binary(plan, algorithm, at(a, axis, i), at(b, axis, i), at(y, axis, i), ofPart);
      }
      return;
    }
    plan.call(
        primitive,
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_SRC_0, a)
            .with(dnnl.DNNL_ARG_SRC_1, b)
            .with(dnnl.DNNL_ARG_DST, y)
            .with(postOps));
  }

  private static Primitive described(
      NativeScope scope, int algorithm, View a, View b, View y, List<PostOp> postOps) {
    dnnl_primitive_attr attributes = scope.attributes(postOps);
    return Primitive.of(
        scope,
        "binary",
        desc ->
            dnnl.dnnl_binary_primitive_desc_create(
                desc,
                Dnnl.engine(),
                algorithm,
                scope.desc(a),
                scope.desc(b),
                scope.desc(y),
                attributes));
  }

  /**
   * The first axis of several samples or along which an operand repeats, by which an operation that
   * oneDNN has no fast code for may become several that it has; -1 if there is none.
   */
  private static int axisToSplit(View a, View b) {
    for (int axis = 0; axis < a.rank() - 1; axis++) {
      if (a.size(axis) > 1 && (axis == 0 || b.size(axis) == 1)) {
        return axis;
      }
    }
    return -1;
  }

  private static PostOp at(PostOp postOp, int axis, long i) {
    return postOp instanceof PostOp.Binary binary
        ? new PostOp.Binary(binary.algorithm(), at(binary.operand(), axis, i))
        : postOp;
  }

  /** One sample of a batch, or what is the same for all. */
  static View sample(View view, long i) {
    return at(view, 0, i);
  }

  private static View at(View view, int axis, long i) {
    return view.size(axis) == 1 ? view : view.slice(axis, i, i + 1);
  }

  /** The values laid out for an operation with another tensor: with its order of the axes. */
  static View alike(PrimitivePlan plan, View view, View other) {
    View ranked = view.rank() == other.rank() ? view : view.withRank(other.rank());
    return Copies.withStrides(plan, ranked, other.denseStrides(ranked.shape()));
  }

  /** The values repeated along the axes where there is one, up to a shape. */
  static View expand(PrimitivePlan plan, View view, long... shape) {
    if (view.hasShape(shape)) {
      return view;
    }
    View zeros = plan.allocate(view.type(), shape);
    Copies.clear(plan, zeros);
    return binary(plan, dnnl.dnnl_binary_add, zeros, view, view.type(), List.of());
  }

  /** The sum of two tensors of one shape. */
  static View sum(PrimitivePlan plan, View a, View b) {
    return binary(plan, dnnl.dnnl_binary_add, a, b, a.type(), List.of());
  }
}
