package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.NearestUpsampling2d;
import org.diffusion4j.core.graph.PoolSettings;

/** Enlargement by nearest neighbours; back, the sums of the pixels that came from one. */
final class NearestUpsampling2dLowering implements Lowering<NearestUpsampling2d> {

  @Override
  public View forward(Forward pass, KernelParts<NearestUpsampling2d> kernel) {
    NearestUpsampling2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View x = pass.image(layer.x(), pass.value(layer.x()).type());
    View y = plan.allocateImage(x.type(), kernel.output().shapeArray());
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    Primitive primitive =
        Primitive.of(
            scope,
            "resampling",
            desc ->
                dnnl.dnnl_resampling_forward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_forward_inference,
                    dnnl.dnnl_resampling_nearest,
                    new float[] {layer.factor(), layer.factor()},
                    scope.desc(x),
                    scope.desc(y),
                    attributes));
    plan.call(
        primitive, new Arguments(scope).with(dnnl.DNNL_ARG_SRC, x).with(dnnl.DNNL_ARG_DST, y));
    return y;
  }

  @Override
  public void backward(Backward pass, KernelParts<NearestUpsampling2d> kernel, View gradient) {
    NearestUpsampling2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View dy = Copies.channelsLast(plan, gradient, gradient.type());
    View dx = plan.allocateImage(dy.type(), layer.x().shapeArray());
    List<PostOp> toSum =
        List.of(new PostOp.Eltwise(Activation.linear((double) layer.factor() * layer.factor(), 0)));
    Pooling means =
        new Pooling(dnnl.dnnl_pooling_avg_include_padding, dy, dx, PoolSettings.of(layer.factor()));
    plan.call(
        means.forward(scope, false, toSum),
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, dy).with(dnnl.DNNL_ARG_DST, dx));
    pass.add(layer.x(), dx);
  }
}
