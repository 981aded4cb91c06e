package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.View;

/** Steps that multiply matrices, or batches of them. */
final class MatMuls {
  private record Key(
      View.Layout a,
      Layouts.Key b,
      Optional<View.Layout> bias,
      View.Layout c,
      List<Record> postOps) {}

  private MatMuls() {}

  /** The primitive of {@code c = a b + bias}; the layout of b may be left to it. */
  static Primitive primitive(
      PrimitivePlan plan,
      View a,
      dnnl_memory_desc b,
      Optional<View> bias,
      View c,
      List<PostOp> postOps) {
    Key key =
        new Key(
            a.layout(), Layouts.key(b), bias.map(View::layout), c.layout(), PostOp.keys(postOps));
    return plan.shared(key, () -> described(plan.scope(), a, b, bias, c, postOps));
  }

  private static Primitive described(
      NativeScope scope,
      View a,
      dnnl_memory_desc b,
      Optional<View> bias,
      View c,
      List<PostOp> postOps) {
    dnnl_primitive_attr attributes = scope.attributes(postOps);
    return Primitive.of(
        scope,
        "matmul",
        desc ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc,
                Dnnl.engine(),
                scope.desc(a),
                b,
                bias.map(scope::desc).orElse(null),
                scope.desc(c),
                attributes));
  }

  /** Adds {@code c = a b + bias}. */
  static void multiply(
      PrimitivePlan plan,
      Primitive primitive,
      View a,
      Operand b,
      Optional<View> bias,
      View c,
      List<PostOp> postOps) {
    Arguments arguments =
        new Arguments(plan.scope())
            .with(dnnl.DNNL_ARG_SRC, a)
            .with(dnnl.DNNL_ARG_WEIGHTS, b)
            .with(dnnl.DNNL_ARG_DST, c)
            .with(postOps);
    bias.ifPresent(view -> arguments.with(dnnl.DNNL_ARG_BIAS, view));
    plan.call(primitive, arguments);
  }

  /** Adds {@code c = a b} for views as they lie. */
  static void multiply(PrimitivePlan plan, View a, View b, View c, PostOp... postOps) {
    List<PostOp> list = List.of(postOps);
    Operand right = plan.scope().operand(b);
    Primitive primitive = primitive(plan, a, right.layout(), Optional.empty(), c, list);
    multiply(plan, primitive, a, right, Optional.empty(), c, list);
  }

  /** A matrix that a product can read: one of its axes is innermost. */
  static View matrix(PrimitivePlan plan, View view) {
    int rank = view.rank();
    boolean readable =
        (isOne(view, rank - 1) && view.strides()[rank - 2] >= view.size(-1))
            || (isOne(view, rank - 2) && view.strides()[rank - 1] >= view.size(-2));
    return readable ? view : Copies.contiguous(plan, view);
  }

  private static boolean isOne(View view, int axis) {
    return view.strides()[axis] == 1;
  }
}
