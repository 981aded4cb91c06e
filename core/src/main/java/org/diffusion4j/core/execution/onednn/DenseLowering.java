package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Dense;

/** Linear layers, whole or a part of their outputs, and what follows them. */
final class DenseLowering implements Lowering<Dense> {
  /** From so many rows on, laying the weight out for a product that is made once pays off. */
  private static final long MANY_ROWS = 64;

  @Override
  public View forward(Forward pass, KernelParts<Dense> kernel) {
    Dense layer = kernel.root();
    return part(pass, layer, 0, layer.weight().size(1), kernel);
  }

  /**
   * Adds the steps for a part of the outputs.
   *
   * @param from the first output
   * @param to the one after the last
   * @param kernel the one that computes this part, and what follows it
   */
  static View part(Forward pass, Dense layer, long from, long to, KernelParts<?> kernel) {
    PrimitivePlan plan = pass.plan();
    View x = rows(plan, pass.value(layer.x(), pass.computeType()));
    long[] shape = {x.size(0), to - from};
    List<PostOp> postOps =
        pass.postOps(kernel, view -> Copies.reshape(plan, Copies.contiguous(plan, view), shape));
    View y = plan.allocate(pass.resultType(postOps), shape);
    Optional<View> bias =
        layer
            .bias()
            .map(b -> pass.floats(b).slice(0, from, to).reshape(1, to - from).orElseThrow());
    Optional<Operand> asItLies = weightAsItLies(pass, layer, from, to, x.size(0));
    dnnl_memory_desc layout =
        asItLies
            .map(Operand::layout)
            .orElseGet(() -> plan.scope().anyLayout(x.type(), x.size(1), to - from));
    Primitive primitive = MatMuls.primitive(plan, x, layout, bias, y, postOps);
    Operand weight =
        asItLies.orElseGet(
            () ->
                pass.weight(
                    layer.weight(),
                    Packing.of(view -> view.slice(1, from, to)),
                    primitive.layout(dnnl.dnnl_query_weights_md)));
    MatMuls.multiply(plan, primitive, x, weight, bias, y, postOps);
    return y.reshape(kernel.output().shapeArray()).orElseThrow();
  }

  /** The weight for a product that it need not be laid out anew for. */
  private static Optional<Operand> weightAsItLies(
      Forward pass, Dense layer, long from, long to, long rows) {
    boolean suits = pass.training() && rows < MANY_ROWS && pass.computeType() == ElementType.F32;
    return suits
        ? Optional.of(pass.plan().scope().operand(pass.floats(layer.weight()).slice(1, from, to)))
        : Optional.empty();
  }

  /** {@code [..., d] -> [rows, d]}. */
  private static View rows(PrimitivePlan plan, View x) {
    long features = x.size(-1);
    return Copies.reshape(plan, Copies.contiguous(plan, x), x.length() / features, features);
  }

  @Override
  public void backward(Backward pass, KernelParts<Dense> kernel, View gradient) {
    Dense layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    ElementType type = forward.computeType();
    View dy = rows(plan, Copies.as(plan, gradient, type));
    if (pass.wants(layer.x())) {
      View weight = forward.value(layer.weight(), type);
      View dx = plan.allocate(type, dy.size(0), weight.size(0));
      MatMuls.multiply(plan, dy, Copies.contiguous(plan, weight).permute(1, 0), dx);
      pass.add(layer.x(), dx.reshape(layer.x().shapeArray()).orElseThrow());
    }
    if (pass.wants(layer.weight())) {
      View x = rows(plan, forward.value(layer.x(), type));
      View dw = pass.allocate(layer.weight());
      MatMuls.multiply(plan, x.permute(1, 0), dy, dw);
      pass.add(layer.weight(), dw);
    }
    if (layer.bias().filter(pass::wants).isPresent()) {
      View sum = Reductions.sum(plan, dy, new boolean[] {true, false}, 1);
      pass.add(layer.bias().get(), Copies.reshape(plan, sum, sum.size(1)));
    }
  }
}
