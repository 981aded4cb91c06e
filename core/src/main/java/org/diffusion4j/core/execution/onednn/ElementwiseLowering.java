package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.Unary;
import org.diffusion4j.core.graph.UnaryFunction;

/** Functions of each value. */
final class ElementwiseLowering implements Lowering<Layer> {

  @Override
  public View forward(Forward pass, KernelParts<Layer> kernel) {
    Layer layer = kernel.root();
    Tensor x = layer.inputs().get(0);
    Optional<Activation> activation = Activation.of(layer);
    if (activation.isPresent()) {
      return Elementwise.apply(pass.plan(), activation.get(), pass.value(x));
    }
    return map(pass, pass.floats(x), isSine(layer) ? Math::sin : Math::cos);
  }

  @Override
  public void backward(Backward pass, KernelParts<Layer> kernel, View gradient) {
    Layer layer = kernel.root();
    Forward forward = pass.forward();
    Tensor x = layer.inputs().get(0);
    Optional<Activation> activation = Activation.of(layer);
    if (activation.isPresent()) {
      pass.add(
          x,
          isLinear(activation.get())
              ? scaled(pass, activation.get(), gradient)
              : Elementwise.backward(pass.plan(), activation.get(), forward.value(x), gradient));
      return;
    }
    DoubleUnaryOperator derivative = isSine(layer) ? Math::cos : value -> -Math.sin(value);
    View slope = map(forward, forward.floats(x), derivative);
    pass.add(
        x,
        Elementwise.binary(
            pass.plan(), dnnl.dnnl_binary_mul, gradient, slope, gradient.type(), List.of()));
  }

  private static boolean isLinear(Activation activation) {
    return activation.algorithm() == dnnl.dnnl_eltwise_linear;
  }

  /** The gradient of a linear function, which does not need its argument. */
  private static View scaled(Backward pass, Activation linear, View gradient) {
    return linear.alpha() == 1
        ? gradient
        : Elementwise.apply(pass.plan(), Activation.linear(linear.alpha(), 0), gradient);
  }

  private static boolean isSine(Layer layer) {
    return ((Unary) layer).function() == UnaryFunction.SIN;
  }

  /** A function that oneDNN does not have: of times and frequencies, which are few. */
  private static View map(Forward pass, View x, DoubleUnaryOperator function) {
    View y = pass.plan().allocate(ElementType.F32, x.shape());
    pass.plan()
        .host(
            List.of(x, y),
            () -> {
              FloatBuffer from = HostMemory.floats(x);
              FloatBuffer to = HostMemory.floats(y);
              for (int i = 0; i < from.capacity(); i++) {
                to.put(i, (float) function.applyAsDouble(from.get(i)));
              }
            });
    return y;
  }
}
