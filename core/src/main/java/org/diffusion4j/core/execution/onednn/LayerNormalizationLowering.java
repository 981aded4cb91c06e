package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.LayerNormalization;
import org.diffusion4j.core.graph.Tensor;

/** Layer norms over rows. */
final class LayerNormalizationLowering implements Lowering<LayerNormalization> {

  /** What the backward pass needs: each {@code [rows]}. */
  private record Statistics(View mean, View variance) {}

  @Override
  public View forward(Forward pass, KernelParts<LayerNormalization> kernel) {
    LayerNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View x = rows(plan, layer, pass.value(layer.x()));
    View y = plan.allocate(x.type(), x.shape());
    Arguments arguments =
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, x).with(dnnl.DNNL_ARG_DST, y);
    scaleAndShift(pass, layer, arguments);
    if (pass.training()) {
      Statistics statistics =
          new Statistics(
              plan.allocate(ElementType.F32, x.size(0)), plan.allocate(ElementType.F32, x.size(0)));
      pass.note(kernel.output(), statistics);
      arguments
          .with(dnnl.DNNL_ARG_MEAN, statistics.mean())
          .with(dnnl.DNNL_ARG_VARIANCE, statistics.variance());
    }
    plan.call(primitive(scope, layer, x, pass.training()), arguments);
    return y.reshape(kernel.output().shapeArray()).orElseThrow();
  }

  private static void scaleAndShift(Forward pass, LayerNormalization layer, Arguments arguments) {
    layer.weight().ifPresent(weight -> arguments.with(dnnl.DNNL_ARG_SCALE, flat(pass, weight)));
    layer.bias().ifPresent(bias -> arguments.with(dnnl.DNNL_ARG_SHIFT, flat(pass, bias)));
  }

  private static View flat(Forward pass, Tensor parameter) {
    return pass.floats(parameter).reshape(parameter.length()).orElseThrow();
  }

  private static int flags(LayerNormalization layer) {
    return (layer.weight().isPresent() ? dnnl.dnnl_use_scale : 0)
        | (layer.bias().isPresent() ? dnnl.dnnl_use_shift : 0);
  }

  private static Primitive primitive(
      NativeScope scope, LayerNormalization layer, View x, boolean training) {
    dnnl_memory_desc rows = scope.desc(x);
    dnnl_memory_desc statistics = statistics(scope, x);
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    return Primitive.of(
        scope,
        "layer normalization",
        desc ->
            dnnl.dnnl_layer_normalization_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                training ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                rows,
                rows,
                statistics,
                (float) layer.epsilon(),
                flags(layer),
                attributes));
  }

  private static dnnl_memory_desc statistics(NativeScope scope, View rows) {
    return scope.desc(ElementType.F32, new long[] {rows.size(0)}, new long[] {1});
  }

  /** {@code [rows, normalized]}. */
  private static View rows(PrimitivePlan plan, LayerNormalization layer, View x) {
    long size = layer.normalizedShape().stream().reduce(1L, Math::multiplyExact);
    return Copies.reshape(plan, Copies.contiguous(plan, x), x.length() / size, size);
  }

  @Override
  public void backward(Backward pass, KernelParts<LayerNormalization> kernel, View gradient) {
    LayerNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    Forward forward = pass.forward();
    View x = rows(plan, layer, forward.value(layer.x()));
    View dy = rows(plan, layer, Copies.as(plan, gradient, x.type()));
    View dx = plan.allocate(x.type(), x.shape());
    Statistics kept = forward.note(kernel.output(), Statistics.class);
    Primitive hint = primitive(scope, layer, x, true);
    dnnl_memory_desc rows = scope.desc(x);
    dnnl_memory_desc statistics = statistics(scope, x);
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    boolean parameters = flags(layer) != 0;
    Primitive backward =
        Primitive.of(
            scope,
            "layer normalization backward",
            desc ->
                dnnl.dnnl_layer_normalization_backward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    parameters ? dnnl.dnnl_backward : dnnl.dnnl_backward_data,
                    rows,
                    rows,
                    rows,
                    statistics,
                    (float) layer.epsilon(),
                    flags(layer),
                    hint.desc(),
                    attributes));
    Arguments arguments =
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_SRC, x)
            .with(dnnl.DNNL_ARG_MEAN, kept.mean())
            .with(dnnl.DNNL_ARG_VARIANCE, kept.variance())
            .with(dnnl.DNNL_ARG_DIFF_DST, dy)
            .with(dnnl.DNNL_ARG_DIFF_SRC, dx);
    scaleAndShift(forward, layer, arguments);
    View dWeight = plan.allocate(ElementType.F32, x.size(1));
    View dBias = plan.allocate(ElementType.F32, x.size(1));
    layer.weight().ifPresent(weight -> arguments.with(dnnl.DNNL_ARG_DIFF_SCALE, dWeight));
    layer.bias().ifPresent(bias -> arguments.with(dnnl.DNNL_ARG_DIFF_SHIFT, dBias));
    plan.call(backward, arguments);
    layer.weight().ifPresent(weight -> addFlat(pass, weight, dWeight));
    layer.bias().ifPresent(bias -> addFlat(pass, bias, dBias));
    pass.add(layer.x(), dx.reshape(layer.x().shapeArray()).orElseThrow());
  }

  private static void addFlat(Backward pass, Tensor parameter, View gradient) {
    pass.add(parameter, gradient.reshape(parameter.shapeArray()).orElseThrow());
  }
}
