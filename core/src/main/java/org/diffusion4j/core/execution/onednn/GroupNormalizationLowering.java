package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Tensor;

/**
 * Group norms as sums over pixels and one pass {@code y = x a + b} with an a and a b for each
 * channel of each sample; a number added to each channel before the norm costs no pass at all.
 *
 * <p>The arithmetic between the passes is that of {@link GroupNormArithmetic}.
 */
final class GroupNormalizationLowering implements Lowering<GroupNormalization> {

  @Override
  public View forward(Forward pass, KernelParts<GroupNormalization> kernel) {
    GroupNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Optional<Binary> sum = kernel.prologue(Binary.class);
    View x = input(pass, layer, sum);
    ChannelSums sums =
        pass.training() ? ChannelSums.of(plan, x, x) : ChannelSums.ofAnyThreads(plan, x, x);
    View a = plan.allocateImage(ElementType.F32, x.size(0), x.size(1), 1, 1);
    View b = plan.allocateImage(ElementType.F32, x.size(0), x.size(1), 1, 1);
    Optional<View> weight = layer.weight().map(pass::floats);
    Optional<View> bias = layer.bias().map(pass::floats);
    Optional<View> shift = shift(pass, sum);
    GroupNormArithmetic arithmetic = new GroupNormArithmetic(layer, x);
    pass.note(kernel.output(), arithmetic);

    List<View> touched = new ArrayList<>(List.of(sums.sums(), sums.products(), a, b));
    weight.ifPresent(touched::add);
    bias.ifPresent(touched::add);
    shift.ifPresent(touched::add);
    plan.host(touched, () -> arithmetic.normalize(sums, weight, bias, shift, a, b));

    List<PostOp> postOps = new ArrayList<>();
    postOps.add(new PostOp.Binary(dnnl.dnnl_binary_add, b));
    postOps.addAll(pass.postOps(kernel, view -> view));
    View y = plan.allocateLike(x, x.type());
    Elementwise.binary(plan, dnnl.dnnl_binary_mul, x, a, y, postOps);
    return Copies.reshape(plan, y, kernel.output().shapeArray());
  }

  @Override
  public void backward(Backward pass, KernelParts<GroupNormalization> kernel, View gradient) {
    GroupNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    Optional<Binary> sum = kernel.prologue(Binary.class);
    View x = input(forward, layer, sum);
    View dy = Copies.channelsLast(plan, Copies.reshape(plan, gradient, x.shape()), x.type());
    ChannelSums sums = ChannelSums.of(plan, x, dy);
    Optional<View> weight = layer.weight().map(forward::floats);
    Optional<View> shift = shift(forward, sum);
    GroupNormArithmetic arithmetic = forward.note(kernel.output(), GroupNormArithmetic.class);
    GroupNormGradients gradients = GroupNormGradients.allocate(plan, x);

    List<View> touched = new ArrayList<>(List.of(sums.sums(), sums.products()));
    touched.addAll(gradients.views());
    weight.ifPresent(touched::add);
    shift.ifPresent(touched::add);
    plan.host(touched, () -> arithmetic.differentiate(sums, weight, shift, gradients));

    layer.weight().ifPresent(tensor -> pass.add(tensor, gradients.weight()));
    layer.bias().ifPresent(tensor -> pass.add(tensor, gradients.bias()));
    if (pass.wants(layer.x())) {
      toInput(pass, layer, x, dy, gradients);
    }
  }

  /** {@code dx = (x ratio + dy) factor + offset}, and what else leads to x. */
  private static void toInput(
      Backward pass, GroupNormalization layer, View x, View dy, GroupNormGradients gradients) {
    PrimitivePlan plan = pass.plan();
    List<PostOp> postOps =
        new ArrayList<>(
            List.of(
                new PostOp.Binary(dnnl.dnnl_binary_add, dy),
                new PostOp.Binary(dnnl.dnnl_binary_mul, gradients.factor()),
                new PostOp.Binary(dnnl.dnnl_binary_add, gradients.offset())));
    pass.gradient(layer.x())
        .map(other -> Copies.reshape(plan, other, x.shape()))
        .map(other -> Copies.channelsLast(plan, other, other.type()))
        .ifPresent(other -> postOps.add(new PostOp.Binary(dnnl.dnnl_binary_add, other)));
    View dx = plan.allocateLike(x, x.type());
    Elementwise.binary(plan, dnnl.dnnl_binary_mul, x, gradients.ratio(), dx, postOps);
    pass.replace(layer.x(), Copies.reshape(plan, dx, layer.x().shapeArray()));
  }

  /** What is normalized, as images channels last, without what is added to each channel. */
  private static View input(Forward pass, GroupNormalization layer, Optional<Binary> sum) {
    Tensor x = sum.map(Binary::a).orElse(layer.x());
    ElementType type = pass.value(x).type();
    if (x.rank() == 4) {
      return pass.image(x, type);
    }
    long pixels = x.length() / x.size(0) / x.size(1);
    View image = Copies.reshape(pass.plan(), pass.value(x), x.size(0), x.size(1), pixels, 1);
    return Copies.channelsLast(pass.plan(), image, type);
  }

  /** What is added to each channel of each sample before the norm, {@code [n, c]}. */
  private static Optional<View> shift(Forward pass, Optional<Binary> sum) {
    return sum.map(
        binary -> Copies.contiguous(pass.plan(), pass.value(binary.b(), ElementType.F32)));
  }
}
