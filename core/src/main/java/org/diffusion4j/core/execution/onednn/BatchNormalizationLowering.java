package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.BatchNormalization;
import org.diffusion4j.core.graph.Tensor;

/**
 * Batch norms with given statistics: {@code (x - mean) f + bias}, {@code f = weight / deviation}.
 */
final class BatchNormalizationLowering implements Lowering<BatchNormalization> {

  @Override
  public View forward(Forward pass, KernelParts<BatchNormalization> kernel) {
    BatchNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View x = Copies.dense(plan, pass.value(layer.x()));
    View factor =
        times(plan, inverseDeviation(pass, layer), byChannel(pass, layer.weight(), layer));
    List<PostOp> postOps =
        List.of(
            new PostOp.Binary(dnnl.dnnl_binary_mul, Elementwise.alike(plan, factor, x)),
            new PostOp.Binary(
                dnnl.dnnl_binary_add,
                Elementwise.alike(plan, byChannel(pass, layer.bias(), layer), x)));
    return Elementwise.binary(
        plan, dnnl.dnnl_binary_sub, x, byChannel(pass, layer.mean(), layer), x.type(), postOps);
  }

  /** {@code (variance + epsilon)^(-1/2)}, {@code [1, c, 1, ...]}. */
  private static View inverseDeviation(Forward pass, BatchNormalization layer) {
    PrimitivePlan plan = pass.plan();
    View variance = byChannel(pass, layer.variance(), layer);
    View moved = Elementwise.apply(plan, Activation.linear(1, layer.epsilon()), variance);
    return Elementwise.apply(plan, Activation.power(-0.5), moved);
  }

  private static View byChannel(Forward pass, Tensor numbers, BatchNormalization layer) {
    long[] shape = new long[layer.x().rank()];
    Arrays.fill(shape, 1);
    shape[1] = layer.x().size(1);
    return pass.floats(numbers).reshape(shape).orElseThrow();
  }

  private static View times(PrimitivePlan plan, View a, View b) {
    return Elementwise.binary(plan, dnnl.dnnl_binary_mul, a, b, a.type(), List.of());
  }

  /**
   * With c = x - mean and i = 1 / deviation: {@code dx = dy i weight}, {@code dmean = -sum(dy) i
   * weight}, {@code dweight = sum(dy c) i}, {@code dvariance = -1/2 sum(dy c) weight i^3}.
   */
  @Override
  public void backward(Backward pass, KernelParts<BatchNormalization> kernel, View gradient) {
    BatchNormalization layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    View inverse = inverseDeviation(forward, layer);
    View weight = byChannel(forward, layer.weight(), layer);
    View factor = times(plan, inverse, weight);
    View dy = Copies.as(plan, gradient, ElementType.F32);
    pass.add(layer.x(), times(plan, dy, factor));

    View sum = overAllButChannels(plan, dy);
    give(pass, layer.bias(), sum);
    View dMean = times(plan, sum, factor);
    give(pass, layer.mean(), Elementwise.apply(plan, Activation.linear(-1, 0), dMean));

    View x = forward.value(layer.x(), ElementType.F32);
    View centred =
        Elementwise.binary(
            plan,
            dnnl.dnnl_binary_sub,
            x,
            byChannel(forward, layer.mean(), layer),
            ElementType.F32,
            List.of());
    View products = overAllButChannels(plan, times(plan, centred, dy));
    View dWeight = times(plan, products, inverse);
    give(pass, layer.weight(), dWeight);
    View cube = Elementwise.apply(plan, Activation.power(2), inverse);
    View dVariance = times(plan, times(plan, dWeight, weight), cube);
    give(pass, layer.variance(), Elementwise.apply(plan, Activation.linear(-0.5, 0), dVariance));
  }

  private static View overAllButChannels(PrimitivePlan plan, View x) {
    boolean[] reduced = new boolean[x.rank()];
    Arrays.fill(reduced, true);
    reduced[1] = false;
    return Reductions.sum(plan, x, reduced, 1);
  }

  private static void give(Backward pass, Tensor numbers, View gradient) {
    pass.add(numbers, Copies.reshape(pass.plan(), gradient, numbers.shapeArray()));
  }
}
