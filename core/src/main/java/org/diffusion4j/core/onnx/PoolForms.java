package org.diffusion4j.core.onnx;

import java.util.List;
import org.diffusion4j.core.graph.AvgPool2d;
import org.diffusion4j.core.graph.MaxPool2d;
import org.diffusion4j.core.graph.MaxPool2dIndices;
import org.diffusion4j.core.graph.MaxUnpool2d;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;

/**
 * Poolings.
 *
 * <p>What windows cover behind the images is said outright: runtimes differ in what they make of
 * ONNX's {@code ceil_mode}.
 */
final class PoolForms {
  private PoolForms() {}

  static void register(LayerForms forms) {
    forms.put(
        MaxPool2d.class,
        (pool, y, nodes) -> maxPool(pool.x(), pool.settings(), pool.outputShape(), nodes).to(y));
    forms.put(MaxPool2dIndices.class, PoolForms::indices);
    forms.put(AvgPool2d.class, PoolForms::avgPool);
    forms.put(MaxUnpool2d.class, PoolForms::unpool);
  }

  private static OnnxNode maxPool(Tensor x, PoolSettings settings, long[] pooled, OnnxNodes nodes) {
    return windows(nodes.op("MaxPool", nodes.value(x)), settings)
        .withAll(
            "pads",
            settings.padding().height(),
            settings.padding().width(),
            Math.max(0, below(x, settings, pooled)),
            Math.max(0, right(x, settings, pooled)));
  }

  /** ONNX counts the values before it in the whole tensor. */
  private static String indices(MaxPool2dIndices pool, String y, OnnxNodes nodes) {
    Tensor x = pool.x();
    String inTensor =
        maxPool(x, pool.settings(), pool.outputShape(), nodes)
            .to(List.of(nodes.inner(y, "values"), nodes.inner(y, "in_tensor")));
    return nodes.op("Mod", inTensor, nodes.integer(x.size(2) * x.size(3))).to(y);
  }

  private static String avgPool(AvgPool2d pool, String y, OnnxNodes nodes) {
    PoolSettings settings = pool.settings();
    Tensor x = pool.x();
    long down = settings.padding().height();
    long across = settings.padding().width();
    long below = below(x, settings, pool.outputShape());
    long right = right(x, settings, pool.outputShape());
    if (below <= down && right <= across) {
      return windows(nodes.op("AveragePool", nodes.value(x)), settings)
          .withAll("pads", down, across, Math.max(0, below), Math.max(0, right))
          .with("count_include_pad", 1)
          .to(y);
    }
    // Padding counts, and what windows cover beyond it does not.
    String padded = nodes.value(x);
    if (down > 0 || across > 0) {
      long[] pads = {down, across, down, across};
      padded = ShapeForms.pad(nodes, padded, nodes.inner(y, "padded"), pads);
    }
    return windows(nodes.op("AveragePool", padded), settings)
        .withAll("pads", 0, 0, Math.max(0, below - down), Math.max(0, right - across))
        .to(y);
  }

  private static OnnxNode windows(OnnxNode node, PoolSettings settings) {
    return node.withAll("kernel_shape", settings.kernel().height(), settings.kernel().width())
        .withAll("strides", settings.stride().height(), settings.stride().width());
  }

  /** How far the last windows reach below the images; negative if not to their end. */
  private static long below(Tensor x, PoolSettings settings, long[] pooled) {
    return (pooled[2] - 1) * settings.stride().height()
        + settings.kernel().height()
        - settings.padding().height()
        - x.size(2);
  }

  private static long right(Tensor x, PoolSettings settings, long[] pooled) {
    return (pooled[3] - 1) * settings.stride().width()
        + settings.kernel().width()
        - settings.padding().width()
        - x.size(3);
  }

  /** Of several values for one pixel, ONNX Runtime keeps the last as it should. */
  private static String unpool(MaxUnpool2d unpool, String y, OnnxNodes nodes) {
    Tensor x = unpool.x();
    long pixels = unpool.height() * unpool.width();
    long[] planes = {x.size(0), x.size(1), x.size(2) * x.size(3)};
    String indices =
        nodes.reshape(nodes.value(unpool.indices()), nodes.inner(y, "indices"), planes);
    String within =
        nodes
            .op("Clip", indices, nodes.integer(0), nodes.integer(pixels - 1))
            .to(nodes.inner(y, "within"));
    String values = nodes.reshape(nodes.value(x), nodes.inner(y, "values"), planes);
    String zeros =
        nodes
            .op("ConstantOfShape", nodes.integers(planes[0], planes[1], pixels))
            .to(nodes.inner(y, "zeros"));
    String filled =
        nodes
            .op("ScatterElements", zeros, within, values)
            .with("axis", 2)
            .to(nodes.inner(y, "filled"));
    return nodes.reshape(filled, y, unpool.outputShape());
  }
}
