package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Softmax;

/** Softmax and its logarithm, in float32. */
final class SoftmaxLowering implements Lowering<Softmax> {
  private record Key(View.Layout x, View.Layout y, int axis, boolean logarithm) {}

  @Override
  public View forward(Forward pass, KernelParts<Softmax> kernel) {
    Softmax layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View x = Copies.dense(plan, pass.value(layer.x(), ElementType.F32));
    View y = plan.allocateLike(x, ElementType.F32);
    forward(plan, x, y, layer.axis(), layer.logarithm());
    return y;
  }

  /** Adds softmax from one view to another, or in place. */
  static void forward(PrimitivePlan plan, View x, View y, int axis, boolean logarithm) {
    NativeScope scope = plan.scope();
    Key key = new Key(x.layout(), y.layout(), axis, logarithm);
    plan.call(
        plan.shared(key, () -> primitive(scope, x, y, axis, logarithm)),
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, x).with(dnnl.DNNL_ARG_DST, y));
  }

  private static Primitive primitive(
      NativeScope scope, View x, View y, int axis, boolean logarithm) {
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    return Primitive.of(
        scope,
        "softmax",
        desc ->
            dnnl.dnnl_softmax_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_training,
                logarithm ? dnnl.dnnl_softmax_log : dnnl.dnnl_softmax_accurate,
                scope.desc(x),
                scope.desc(y),
                axis,
                attributes));
  }

  @Override
  public void backward(Backward pass, KernelParts<Softmax> kernel, View gradient) {
    Softmax layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View y = Copies.dense(plan, pass.forward().value(kernel.output()));
    View dy = Copies.withStrides(plan, Copies.as(plan, gradient, ElementType.F32), y.strides());
    View dx = plan.allocateLike(y, ElementType.F32);
    backward(plan, y, dy, dx, layer.axis(), layer.logarithm());
    pass.add(layer.x(), dx);
  }

  /** Adds the way back through softmax; {@code dx} may be {@code dy}. */
  static void backward(PrimitivePlan plan, View y, View dy, View dx, int axis, boolean logarithm) {
    NativeScope scope = plan.scope();
    Primitive hint = primitive(scope, y, y, axis, logarithm);
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    Primitive backward =
        Primitive.of(
            scope,
            "softmax backward",
            desc ->
                dnnl.dnnl_softmax_backward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    logarithm ? dnnl.dnnl_softmax_log : dnnl.dnnl_softmax_accurate,
                    scope.desc(dx),
                    scope.desc(dy),
                    scope.desc(y),
                    axis,
                    hint.desc(),
                    attributes));
    plan.call(
        backward,
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_DST, y)
            .with(dnnl.DNNL_ARG_DIFF_DST, dy)
            .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
  }
}
