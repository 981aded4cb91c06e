package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.MaxPool2d;

/** The largest values of windows; where they were is kept for the gradient. */
final class MaxPool2dLowering implements Lowering<MaxPool2d> {

  private record Places(Operand workspace) {}

  @Override
  public View forward(Forward pass, KernelParts<MaxPool2d> kernel) {
    MaxPool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View x = image(pass, layer);
    View y = plan.allocateImage(x.type(), kernel.output().shapeArray());
    Primitive primitive = pooling(layer, x, y).forward(scope, pass.training(), List.of());
    Arguments arguments =
        new Arguments(scope).with(dnnl.DNNL_ARG_SRC, x).with(dnnl.DNNL_ARG_DST, y);
    if (pass.training()) {
      Operand workspace = plan.allocate(primitive, dnnl.dnnl_query_workspace_md);
      pass.note(kernel.output(), new Places(workspace));
      arguments.with(dnnl.DNNL_ARG_WORKSPACE, workspace);
    }
    plan.call(primitive, arguments);
    return y;
  }

  private static View image(Forward pass, MaxPool2d layer) {
    return pass.image(layer.x(), pass.value(layer.x()).type());
  }

  private static Pooling pooling(MaxPool2d layer, View x, View y) {
    return new Pooling(dnnl.dnnl_pooling_max, x, y, layer.settings());
  }

  @Override
  public void backward(Backward pass, KernelParts<MaxPool2d> kernel, View gradient) {
    MaxPool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View x = image(pass.forward(), layer);
    View dy = Copies.channelsLast(plan, gradient, x.type());
    View dx = plan.allocateImage(x.type(), x.shape());
    plan.call(
        pooling(layer, dx, dy).backward(scope),
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_DIFF_DST, dy)
            .with(
                dnnl.DNNL_ARG_WORKSPACE,
                pass.forward().note(kernel.output(), Places.class).workspace())
            .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
    pass.add(layer.x(), dx);
  }
}
