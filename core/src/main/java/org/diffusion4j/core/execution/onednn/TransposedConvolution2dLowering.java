package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.TransposedConvolution2d;

/** Transposed convolutions. */
final class TransposedConvolution2dLowering implements Lowering<TransposedConvolution2d> {

  @Override
  public View forward(Forward pass, KernelParts<TransposedConvolution2d> kernel) {
    TransposedConvolution2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    Convolution convolution = convolution(pass, layer, kernel.output());
    Primitive primitive = convolution.forward(scope, false, pass.computeType(), List.of());
    View whole = plan.allocateImage(pass.computeType(), kernel.output().shapeArray());
    View reached = reached(whole, convolution);
    View y = reached.isDense() ? whole : plan.allocateImage(whole.type(), reached.shape());
    plan.call(
        primitive,
        new Arguments(scope)
            .with(dnnl.DNNL_ARG_SRC, pass.image(layer.x(), convolution.type()))
            .with(
                dnnl.DNNL_ARG_WEIGHTS,
                pass.weight(
                    layer.weight(),
                    Packing.of(
                        view -> Convolution.transposedWindow(view, layer.settings().groups())),
                    primitive.layout(dnnl.dnnl_query_weights_md)))
            .with(dnnl.DNNL_ARG_DST, y));
    if (y != whole) {
      Copies.clear(plan, whole);
      Copies.copy(plan, y, reached);
    }
    return layer.bias().map(bias -> plus(pass, whole, bias)).orElse(whole);
  }

  private static View plus(Forward pass, View y, Tensor bias) {
    View byChannel = pass.floats(bias).reshape(1, bias.length(), 1, 1).orElseThrow();
    return Elementwise.binary(pass.plan(), dnnl.dnnl_binary_add, y, byChannel, y.type(), List.of());
  }

  @Override
  public void backward(Backward pass, KernelParts<TransposedConvolution2d> kernel, View gradient) {
    TransposedConvolution2d layer = kernel.root();
    Convolution convolution = convolution(pass.forward(), layer, kernel.output());
    convolution.backward(
        pass,
        new Convolution.Sources(layer.x(), layer.weight(), Optional.empty()),
        reached(gradient, convolution));
    if (layer.bias().filter(pass::wants).isPresent()) {
      View sum = Reductions.sum(pass.plan(), gradient, new boolean[] {true, false, true, true}, 1);
      pass.add(layer.bias().get(), Copies.reshape(pass.plan(), sum, sum.size(1)));
    }
  }

  /** The part of the output that x adds to; output padding may reach beyond it. */
  private static View reached(View y, Convolution convolution) {
    return y.slice(2, 0, convolution.y().get(2)).slice(3, 0, convolution.y().get(3));
  }

  private static Convolution convolution(
      Forward pass, TransposedConvolution2d layer, Tensor output) {
    Size2d padding = layer.settings().padding();
    Size2d more = layer.outputPadding();
    int below = Math.max(0, more.height() - padding.height());
    int right = Math.max(0, more.width() - padding.width());
    return new Convolution(
        true,
        pass.computeType(),
        layer.x().shape(),
        List.of(output.size(0), output.size(1), output.size(2) - below, output.size(3) - right),
        Convolution.transposedWeightShape(layer.weight(), layer.settings().groups()),
        layer.settings(),
        padding,
        new Size2d(
            padding.height() - more.height() + below, padding.width() - more.width() + right));
  }
}
