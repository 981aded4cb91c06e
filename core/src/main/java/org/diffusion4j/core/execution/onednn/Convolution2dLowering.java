package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/** Convolutions, with the zeros around their input and what follows them. */
final class Convolution2dLowering implements Lowering<Convolution2d> {

  @Override
  public View forward(Forward pass, KernelParts<Convolution2d> kernel) {
    Convolution2d layer = kernel.root();
    Optional<Pad2d> pad = kernel.prologue(Pad2d.class);
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    Convolution convolution = convolution(pass, layer, pad, kernel.output());
    long[] strides = View.channelsLastStrides(kernel.output().shapeArray());
    List<PostOp> postOps = pass.postOps(kernel, view -> Copies.withStrides(plan, view, strides));
    if (Winograd.suits(convolution)) {
      View x = pass.image(source(layer, pad), convolution.type());
      return new Winograd(plan, x, kernel.output().size(1))
          .convolve(
              layout -> pass.weight(layer.weight(), new WinogradWeight(false), layout),
              layer.bias().map(pass::floats),
              postOps);
    }
    ElementType type = pass.resultType(postOps);
    Primitive primitive = convolution.forward(scope, layer.bias().isPresent(), type, postOps);
    View y = plan.allocateImage(type, kernel.output().shapeArray());
    Arguments arguments =
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_SRC, pass.image(source(layer, pad), convolution.type()))
            .with(
                dnnl.DNNL_ARG_WEIGHTS,
                pass.weight(
                    layer.weight(),
                    Packing.of(view -> Convolution.window(view, layer.settings().groups())),
                    primitive.layout(dnnl.dnnl_query_weights_md)))
            .with(dnnl.DNNL_ARG_DST, y)
            .with(postOps);
    layer.bias().ifPresent(bias -> arguments.with(dnnl.DNNL_ARG_BIAS, pass.floats(bias)));
    plan.call(primitive, arguments);
    return y;
  }

  @Override
  public void backward(Backward pass, KernelParts<Convolution2d> kernel, View gradient) {
    Convolution2d layer = kernel.root();
    Optional<Pad2d> pad = kernel.prologue(Pad2d.class);
    Convolution.Sources sources =
        new Convolution.Sources(source(layer, pad), layer.weight(), layer.bias());
    convolution(pass.forward(), layer, pad, kernel.output()).backward(pass, sources, gradient);
  }

  /** What is convolved: zeros around it are the convolution's own. */
  private static Tensor source(Convolution2d layer, Optional<Pad2d> pad) {
    return pad.map(Pad2d::x).orElse(layer.x());
  }

  private static Convolution convolution(
      Forward pass, Convolution2d layer, Optional<Pad2d> pad, Tensor output) {
    Size2d padding = layer.settings().padding();
    return new Convolution(
        false,
        pass.computeType(),
        source(layer, pad).shape(),
        output.shape(),
        Convolution.weightShape(layer.weight(), layer.settings().groups()),
        layer.settings(),
        pad.map(p -> new Size2d(padding.height() + p.top(), padding.width() + p.left()))
            .orElse(padding),
        pad.map(p -> new Size2d(padding.height() + p.bottom(), padding.width() + p.right()))
            .orElse(padding));
  }
}
