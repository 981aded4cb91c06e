package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/**
 * The primitives of a convolution of given shapes, or of a transposed one.
 *
 * @param transposed whether it is the transpose of a convolution
 * @param type that of images and, in products, of the weight
 * @param x the shape of the input
 * @param y the shape of the output
 * @param weight the shape of the weight: {@code [out, in, kh, kw]}, or by groups {@code [g, out/g,
 *     in/g, kh, kw]}
 * @param settings the stride and the dilation
 * @param before rows above and columns to the left that count as zeros
 * @param after rows below and columns to the right
 */
record Convolution(
    boolean transposed,
    ElementType type,
    List<Long> x,
    List<Long> y,
    List<Long> weight,
    ConvSettings settings,
    Size2d before,
    Size2d after) {

  /** The axes of a primitive's weight on one that lies as {@code [kh, kw, in/g, out]}. */
  static View window(View weight, int groups) {
    if (groups == 1) {
      return weight.permute(3, 2, 0, 1);
    }
    long out = weight.size(3) / groups;
    return weight
        .reshape(weight.size(0), weight.size(1), weight.size(2), groups, out)
        .orElseThrow()
        .permute(3, 4, 2, 0, 1);
  }

  /**
   * The axes of a transposed primitive's weight on one that lies as {@code [kh, kw, out/g, in]}.
   */
  static View transposedWindow(View weight, int groups) {
    if (groups == 1) {
      return weight.permute(2, 3, 0, 1);
    }
    long in = weight.size(3) / groups;
    return weight
        .reshape(weight.size(0), weight.size(1), weight.size(2), groups, in)
        .orElseThrow()
        .permute(3, 2, 4, 0, 1);
  }

  /** The shape of the weight of a convolution as a primitive has it. */
  static List<Long> weightShape(Tensor weight, int groups) {
    long out = weight.size(3) / groups;
    return groups == 1
        ? List.of(out, weight.size(2), weight.size(0), weight.size(1))
        : List.of((long) groups, out, weight.size(2), weight.size(0), weight.size(1));
  }

  /** The shape of the weight of a transposed convolution as a primitive has it. */
  static List<Long> transposedWeightShape(Tensor weight, int groups) {
    long in = weight.size(3) / groups;
    return groups == 1
        ? List.of(weight.size(2), in, weight.size(0), weight.size(1))
        : List.of((long) groups, weight.size(2), in, weight.size(0), weight.size(1));
  }

  /** {@code y = x * weight + bias}. */
  Primitive forward(NativeScope scope, boolean bias, ElementType result, List<PostOp> postOps) {
    dnnl_primitive_attr attributes = scope.attributes(postOps);
    dnnl_memory_desc from = image(scope, type, x);
    dnnl_memory_desc kernel = scope.anyLayout(type, array(weight));
    dnnl_memory_desc offset = bias ? biasLayout(scope) : null;
    dnnl_memory_desc to = image(scope, result, y);
    return Primitive.of(
        scope,
        this.toString(),
        desc ->
            transposed
                ? dnnl.dnnl_deconvolution_forward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_forward_training,
                    dnnl.dnnl_deconvolution_direct,
                    from,
                    kernel,
                    offset,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    attributes)
                : dnnl.dnnl_convolution_forward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_forward_training,
                    dnnl.dnnl_convolution_direct,
                    from,
                    kernel,
                    offset,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    attributes));
  }

  /** The gradient of x from that of y and the weight. */
  Primitive backwardData(NativeScope scope) {
    Primitive hint = forward(scope, false, type, List.of());
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    dnnl_memory_desc from = image(scope, type, x);
    dnnl_memory_desc kernel = scope.anyLayout(type, array(weight));
    dnnl_memory_desc to = image(scope, type, y);
    return Primitive.of(
        scope,
        "backward data of " + this,
        desc ->
            transposed
                ? dnnl.dnnl_deconvolution_backward_data_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_deconvolution_direct,
                    from,
                    kernel,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    hint.desc(),
                    attributes)
                : dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_convolution_direct,
                    from,
                    kernel,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    hint.desc(),
                    attributes));
  }

  /** The gradients of the weight and the bias, in F32, from x and the gradient of y. */
  Primitive backwardWeights(NativeScope scope, boolean bias) {
    Primitive hint = forward(scope, bias, type, List.of());
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    dnnl_memory_desc from = image(scope, type, x);
    dnnl_memory_desc kernel = scope.anyLayout(ElementType.F32, array(weight));
    dnnl_memory_desc offset = bias ? biasLayout(scope) : null;
    dnnl_memory_desc to = image(scope, type, y);
    return Primitive.of(
        scope,
        "backward weights of " + this,
        desc ->
            transposed
                ? dnnl.dnnl_deconvolution_backward_weights_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_deconvolution_direct,
                    from,
                    kernel,
                    offset,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    hint.desc(),
                    attributes)
                : dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_convolution_direct,
                    from,
                    kernel,
                    offset,
                    to,
                    strides(),
                    dilations(),
                    pixels(before),
                    pixels(after),
                    hint.desc(),
                    attributes));
  }

  private dnnl_memory_desc biasLayout(NativeScope scope) {
    return scope.desc(ElementType.F32, new long[] {y.get(1)}, new long[] {1});
  }

  private static dnnl_memory_desc image(NativeScope scope, ElementType type, List<Long> shape) {
    long[] sizes = array(shape);
    return scope.desc(type, sizes, View.channelsLastStrides(sizes));
  }

  private static long[] array(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private long[] strides() {
    return pixels(settings.stride());
  }

  /** oneDNN counts the pixels between taps. */
  private long[] dilations() {
    Size2d dilation = settings.dilation();
    return new long[] {dilation.height() - 1, dilation.width() - 1};
  }

  private static long[] pixels(Size2d size) {
    return new long[] {size.height(), size.width()};
  }

  /** Leads a gradient back to x, the weight and the bias. */
  void backward(Backward pass, Sources sources, View gradient) {
    PrimitivePlan plan = pass.plan();
    NativeScope scope = plan.scope();
    View dy = Copies.channelsLast(plan, gradient, type);
    if (pass.wants(sources.x())) {
      pass.add(sources.x(), toInput(pass, sources, dy));
    }
    boolean wantsBias = sources.bias().filter(pass::wants).isPresent();
    if (pass.wants(sources.weight()) || wantsBias) {
      Primitive weights = backwardWeights(scope, wantsBias);
      Operand packed = plan.allocate(weights, dnnl.dnnl_query_diff_weights_md);
      Arguments arguments =
          new Arguments(scope)
              .with(dnnl.DNNL_ARG_SRC, pass.forward().image(sources.x(), type))
              .with(dnnl.DNNL_ARG_DIFF_DST, dy)
              .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, packed);
      if (wantsBias) {
        View db = pass.allocate(sources.bias().get());
        arguments.with(dnnl.DNNL_ARG_DIFF_BIAS, db);
        plan.call(weights, arguments);
        pass.add(sources.bias().get(), db);
      } else {
        plan.call(weights, arguments);
      }
      View dw = pass.allocate(sources.weight());
      Copies.copy(plan, packed, scope.operand(sources.window(dw, this)));
      pass.add(sources.weight(), dw);
    }
  }

  private View toInput(Backward pass, Sources sources, View dy) {
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    if (Winograd.suits(this)) {
      return new Winograd(plan, dy, x.get(1))
          .convolve(
              layout -> forward.weight(sources.weight(), new WinogradWeight(true), layout),
              Optional.empty(),
              List.of());
    }
    NativeScope scope = plan.scope();
    Primitive data = backwardData(scope);
    View dx = plan.allocateImage(type, array(x));
    plan.call(
        data,
        new Arguments(scope)
            .with(
                dnnl.DNNL_ARG_WEIGHTS,
                forward.weight(
                    sources.weight(),
                    Packing.of(view -> sources.window(view, this)),
                    data.layout(dnnl.dnnl_query_weights_md)))
            .with(dnnl.DNNL_ARG_DIFF_DST, dy)
            .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
    return dx;
  }

  /**
   * The tensors of a convolution.
   *
   * @param x the images that it reads
   * @param weight in memory's layout
   * @param bias one number for each output channel
   */
  record Sources(Tensor x, Tensor weight, Optional<Tensor> bias) {
    View window(View weight, Convolution convolution) {
      int groups = convolution.settings().groups();
      return convolution.transposed()
          ? Convolution.transposedWindow(weight, groups)
          : Convolution.window(weight, groups);
    }
  }
}
