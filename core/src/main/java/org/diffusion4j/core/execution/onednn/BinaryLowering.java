package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Tensor;

/** Functions of two tensors that broadcast. */
final class BinaryLowering implements Lowering<Binary> {
  private static final List<PostOp> NEGATE = List.of(new PostOp.Eltwise(Activation.linear(-1, 0)));

  @Override
  public View forward(Forward pass, KernelParts<Binary> kernel) {
    Binary layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    ElementType type = resultType(pass, layer);
    long[] shape = kernel.output().shapeArray();
    View a = ranked(pass.value(layer.a()), shape);
    View b = ranked(pass.value(layer.b()), shape);
    return binary(plan, layer.function(), a, b, type, shape);
  }

  /**
   * float32 where a whole operand is; one that broadcasts, or is a parameter, follows the other.
   */
  private static ElementType resultType(Forward pass, Binary layer) {
    boolean wide =
        pass.value(layer.a()).type() == pass.value(layer.b()).type()
            ? pass.value(layer.a()).type() == ElementType.F32
            : isWide(pass, layer.a(), layer.b()) || isWide(pass, layer.b(), layer.a());
    return wide ? ElementType.F32 : ElementType.BF16;
  }

  private static boolean isWide(Forward pass, Tensor tensor, Tensor other) {
    return pass.value(tensor).type() == ElementType.F32
        && !pass.isParameter(tensor)
        && tensor.length() >= other.length();
  }

  private static View ranked(View view, long... shape) {
    return view.rank() == shape.length ? view : view.withRank(shape.length);
  }

  private static View binary(
      PrimitivePlan plan, BinaryFunction function, View a, View b, ElementType type, long[] shape) {
    if (a.hasShape(shape)) {
      return Elementwise.binary(plan, algorithm(function), a, b, type, List.of());
    } else if (!b.hasShape(shape)) {
      return binary(plan, function, Elementwise.expand(plan, a, shape), b, type, shape);
    }
    return switch (function) {
      case ADD, MULTIPLY -> Elementwise.binary(plan, algorithm(function), b, a, type, List.of());
      case SUBTRACT -> Elementwise.binary(plan, dnnl.dnnl_binary_sub, b, a, type, NEGATE);
      case DIVIDE ->
          Elementwise.binary(
              plan, algorithm(function), Elementwise.expand(plan, a, shape), b, type, List.of());
    };
  }

  private static int algorithm(BinaryFunction function) {
    return switch (function) {
      case ADD -> dnnl.dnnl_binary_add;
      case SUBTRACT -> dnnl.dnnl_binary_sub;
      case MULTIPLY -> dnnl.dnnl_binary_mul;
      case DIVIDE -> dnnl.dnnl_binary_div;
    };
  }

  @Override
  public void backward(Backward pass, KernelParts<Binary> kernel, View gradient) {
    Binary layer = kernel.root();
    Forward forward = pass.forward();
    PrimitivePlan plan = pass.plan();
    switch (layer.function()) {
      case ADD -> {
        pass.addBroadcast(layer.a(), gradient);
        pass.addBroadcast(layer.b(), gradient);
      }
      case SUBTRACT -> {
        pass.addBroadcast(layer.a(), gradient);
        if (pass.wants(layer.b())) {
          pass.addBroadcast(layer.b(), Elementwise.apply(plan, Activation.linear(-1, 0), gradient));
        }
      }
      case MULTIPLY -> {
        if (pass.wants(layer.a())) {
          pass.addBroadcast(layer.a(), times(plan, gradient, forward.value(layer.b())));
        }
        if (pass.wants(layer.b())) {
          pass.addBroadcast(layer.b(), times(plan, gradient, forward.value(layer.a())));
        }
      }
      case DIVIDE -> {
        View b = forward.value(layer.b());
        View byB =
            Elementwise.binary(plan, dnnl.dnnl_binary_div, gradient, b, gradient.type(), List.of());
        pass.addBroadcast(layer.a(), byB);
        if (pass.wants(layer.b())) {
          // d(a/b)/db = -(a/b)/b
          View ofB = times(plan, byB, forward.value(kernel.output()));
          pass.addBroadcast(layer.b(), Elementwise.apply(plan, Activation.linear(-1, 0), ofB));
        }
      }
    }
  }

  private static View times(PrimitivePlan plan, View gradient, View other) {
    return Elementwise.binary(
        plan, dnnl.dnnl_binary_mul, gradient, other, gradient.type(), List.of());
  }
}
