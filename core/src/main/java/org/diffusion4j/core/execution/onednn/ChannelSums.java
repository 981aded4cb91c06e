package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * Steps that sum over the pixels of images, for each channel of each sample.
 *
 * <p>Both sums come from one pass over memory: that of a depthwise convolution of one pixel, whose
 * gradient of the weight is the sum of products and whose gradient of the bias is the plain sum.
 *
 * @param sums {@code [n, c]}: the sums of y
 * @param products {@code [n, c]}: the sums of x y
 */
record ChannelSums(View sums, View products) {
  /** The number of channels that depthwise primitives keep side by side. */
  private static final long CHANNEL_BLOCK = 16;

  /** Of so many values a sample, one thread makes both sums before several have begun. */
  private static final long FEW_VALUES = 1 << 16;

  /** Values whose products are still in the cache when they are summed: 1 MiB of them. */
  private static final long BLOCK_VALUES = 1 << 18;

  /**
   * Adds the steps whose sums are the same on any number of threads, bit for bit: those of few
   * values on one thread, others row by row.
   *
   * @param x {@code [n, c, h, w]}, channels last
   * @param y the same shape, channels last
   */
  static ChannelSums ofAnyThreads(PrimitivePlan plan, View x, View y) {
    boolean few = x.length() / x.size(0) <= FEW_VALUES;
    return few ? NativeThreads.call(1, () -> of(plan, x, y)) : byRows(plan, x, y);
  }

  /** Sums of rows, each by one thread, and then of these in their order. */
  private static ChannelSums byRows(PrimitivePlan plan, View x, View y) {
    long channels = x.size(1);
    long height = x.size(2);
    long blockRows = Math.max(1, BLOCK_VALUES / (channels * x.size(3)));
    View sums = plan.allocate(ElementType.F32, x.size(0), channels);
    View products = plan.allocate(ElementType.F32, x.size(0), channels);
    for (long i = 0; i < x.size(0); i++) {
      List<View> rowSums = new ArrayList<>();
      List<View> rowProducts = new ArrayList<>();
      for (long from = 0; from < height; from += blockRows) {
        long to = Math.min(height, from + blockRows);
        View xs = Elementwise.sample(x, i).slice(2, from, to);
        View ys = Elementwise.sample(y, i).slice(2, from, to);
        rowSums.add(byRow(plan, ys));
        rowProducts.add(byRow(plan, product(plan, xs, ys)));
      }
      add(plan, rowSums, sums.slice(0, i, i + 1));
      add(plan, rowProducts, products.slice(0, i, i + 1));
    }
    return new ChannelSums(sums, products);
  }

  /** {@code [1, c, h, w] -> [h, c]}. */
  private static View byRow(PrimitivePlan plan, View x) {
    View sums = Reductions.sum(plan, x, new boolean[] {false, false, false, true}, 1);
    return Copies.contiguous(
        plan, sums.permute(0, 2, 1, 3).reshape(x.size(2), x.size(1)).orElseThrow());
  }

  /** Adds up rows {@code [h, c]} in Java, as they are few. */
  private static void add(PrimitivePlan plan, List<View> rows, View sum) {
    List<View> touched = new ArrayList<>(rows);
    touched.add(sum);
    plan.host(
        touched,
        () -> {
          FloatBuffer to = HostMemory.floats(sum);
          int channels = to.capacity();
          double[] totals = new double[channels];
          for (View block : rows) {
            FloatBuffer from = HostMemory.floats(block);
            for (int i = 0; i < from.capacity(); i++) {
              totals[i % channels] += from.get(i);
            }
          }
          for (int i = 0; i < channels; i++) {
            to.put(i, (float) totals[i]);
          }
        });
  }

  /**
   * Adds the steps that are fastest on all threads; each adds up a part of the pixels.
   *
   * @param x {@code [n, c, h, w]}, channels last
   * @param y the same shape, channels last
   */
  static ChannelSums of(PrimitivePlan plan, View x, View y) {
    long channels = x.size(1);
    Primitive primitive = primitive(plan.scope(), x, y);
    if (channels % CHANNEL_BLOCK != 0 || primitive.isReference()) {
      return byProducts(plan, x, y);
    }
    primitive.compiled();
    NativeScope scope = plan.scope();
    View sums = plan.allocate(ElementType.F32, x.size(0), channels);
    View products = plan.allocate(ElementType.F32, x.size(0), channels);
    for (long i = 0; i < x.size(0); i++) {
      View product = products.slice(0, i, i + 1);
      plan.call(
          primitive,
          new Arguments(scope)
              .with(dnnl.DNNL_ARG_SRC, Elementwise.sample(x, i))
              .with(dnnl.DNNL_ARG_DIFF_DST, Elementwise.sample(y, i))
              .with(
                  dnnl.DNNL_ARG_DIFF_WEIGHTS,
                  new Operand(
                      product.storage(),
                      product.byteOffset(),
                      primitive.layout(dnnl.dnnl_query_diff_weights_md)))
              .with(
                  dnnl.DNNL_ARG_DIFF_BIAS,
                  sums.slice(0, i, i + 1).reshape(channels).orElseThrow()));
    }
    return new ChannelSums(sums, products);
  }

  private static Primitive primitive(NativeScope scope, View x, View y) {
    long channels = x.size(1);
    dnnl_memory_desc image = scope.desc(Elementwise.sample(x, 0));
    dnnl_memory_desc other = scope.desc(Elementwise.sample(y, 0));
    dnnl_memory_desc weight = scope.anyLayout(ElementType.F32, channels, 1, 1, 1, 1);
    dnnl_memory_desc bias = scope.desc(ElementType.F32, new long[] {channels}, new long[] {1});
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    long[] one = {1, 1};
    long[] zero = {0, 0};
    Primitive hint =
        Primitive.of(
            scope,
            "depthwise convolution",
            desc ->
                dnnl.dnnl_convolution_forward_primitive_desc_create(
                    desc,
                    Dnnl.engine(),
                    dnnl.dnnl_forward_training,
                    dnnl.dnnl_convolution_direct,
                    image,
                    scope.anyLayout(x.type(), channels, 1, 1, 1, 1),
                    bias,
                    other,
                    one,
                    zero,
                    zero,
                    zero,
                    attributes));
    return Primitive.of(
        scope,
        "sums over pixels",
        desc ->
            dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_convolution_direct,
                image,
                weight,
                bias,
                other,
                one,
                zero,
                zero,
                zero,
                hint.desc(),
                attributes));
  }

  /** Where there is no such convolution. */
  private static ChannelSums byProducts(PrimitivePlan plan, View x, View y) {
    boolean[] pixels = {false, false, true, true};
    return new ChannelSums(
        byChannel(plan, Reductions.sum(plan, y, pixels, 1)),
        byChannel(plan, Reductions.sum(plan, product(plan, x, y), pixels, 1)));
  }

  private static View product(PrimitivePlan plan, View x, View y) {
    return Elementwise.binary(plan, dnnl.dnnl_binary_mul, x, y, ElementType.F32, List.of());
  }

  private static View byChannel(PrimitivePlan plan, View sums) {
    return Copies.reshape(plan, sums, sums.size(0), sums.size(1));
  }
}
