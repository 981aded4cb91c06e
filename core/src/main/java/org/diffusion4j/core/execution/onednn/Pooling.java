package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Size2d;

/**
 * The primitives of a pooling of images, channels last.
 *
 * @param algorithm one of oneDNN's pooling algorithms
 */
record Pooling(int algorithm, View x, View y, PoolSettings settings) {

  /** The primitive of the forward pass. */
  Primitive forward(NativeScope scope, boolean training, List<PostOp> postOps) {
    dnnl_primitive_attr attributes = scope.attributes(postOps);
    return Primitive.of(
        scope,
        "pooling",
        desc ->
            dnnl.dnnl_pooling_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                training ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                algorithm,
                scope.desc(x),
                scope.desc(y),
                pixels(settings.stride()),
                pixels(settings.kernel()),
                new long[] {0, 0},
                pixels(settings.padding()),
                after(),
                attributes));
  }

  /** The primitive of the backward pass. */
  Primitive backward(NativeScope scope) {
    Primitive hint = forward(scope, true, List.of());
    dnnl_primitive_attr attributes = scope.attributes(List.of());
    return Primitive.of(
        scope,
        "pooling backward",
        desc ->
            dnnl.dnnl_pooling_backward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                algorithm,
                scope.desc(x),
                scope.desc(y),
                pixels(settings.stride()),
                pixels(settings.kernel()),
                new long[] {0, 0},
                pixels(settings.padding()),
                after(),
                hint.desc(),
                attributes));
  }

  /** Whether windows reach beyond the padding, as they may in ceil mode. */
  boolean reachesBeyondPadding() {
    long[] after = after();
    return after[0] > settings.padding().height() || after[1] > settings.padding().width();
  }

  private long[] after() {
    return new long[] {
      after(2, settings.stride().height(), settings.kernel().height(), settings.padding().height()),
      after(3, settings.stride().width(), settings.kernel().width(), settings.padding().width())
    };
  }

  private long after(int axis, int stride, int kernel, int padding) {
    return Math.max(padding, (y.size(axis) - 1) * stride + kernel - x.size(axis) - padding);
  }

  private static long[] pixels(Size2d size) {
    return new long[] {size.height(), size.width()};
  }
}
