package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.AvgPool2d;

/** The means of windows. */
final class AvgPool2dLowering implements Lowering<AvgPool2d> {

  @Override
  public View forward(Forward pass, KernelParts<AvgPool2d> kernel) {
    AvgPool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View x = pass.image(layer.x(), pass.value(layer.x()).type());
    View y = plan.allocateImage(x.type(), kernel.output().shapeArray());
    Pooling pooling = pooling(layer, x, y);
    if (pooling.reachesBeyondPadding()) {
      return AxisMaps.apply(plan, x, layer.rowMap(), layer.columnMap());
    }
    plan.call(
        pooling.forward(scope, false, List.of()),
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, x).with(dnnl.DNNL_ARG_DST, y));
    return y;
  }

  private static Pooling pooling(AvgPool2d layer, View x, View y) {
    return new Pooling(dnnl.dnnl_pooling_avg_include_padding, x, y, layer.settings());
  }

  @Override
  public void backward(Backward pass, KernelParts<AvgPool2d> kernel, View gradient) {
    AvgPool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View dy = Copies.channelsLast(plan, gradient, gradient.type());
    View dx = plan.allocateImage(dy.type(), layer.x().shapeArray());
    Pooling pooling = pooling(layer, dx, dy);
    if (pooling.reachesBeyondPadding()) {
      pass.add(
          layer.x(),
          AxisMaps.apply(
              plan,
              dy,
              AxisMaps.transposed(layer.rowMap()),
              AxisMaps.transposed(layer.columnMap())));
      return;
    }
    plan.call(
        pooling.backward(scope),
        new Arguments(scope).with(dnnl.DNNL_ARG_DIFF_DST, dy).with(dnnl.DNNL_ARG_DIFF_SRC, dx));
    pass.add(layer.x(), dx);
  }
}
