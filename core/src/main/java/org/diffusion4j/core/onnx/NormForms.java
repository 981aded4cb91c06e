package org.diffusion4j.core.onnx;

import java.util.Arrays;
import org.diffusion4j.core.graph.BatchNormalization;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.LayerNormalization;
import org.diffusion4j.core.graph.Tensor;

/** Normalizations. */
final class NormForms {
  private NormForms() {}

  static void register(LayerForms forms) {
    forms.put(LayerNormalization.class, NormForms::layerNorm);
    forms.put(GroupNormalization.class, NormForms::groupNorm);
    forms.put(BatchNormalization.class, NormForms::batchNorm);
  }

  private static String layerNorm(LayerNormalization norm, String y, OnnxNodes nodes) {
    long[] shape = norm.normalizedShape().stream().mapToLong(Long::longValue).toArray();
    String weight = norm.weight().map(nodes::value).orElseGet(() -> nodes.filled(1, shape));
    String bias = norm.bias().map(nodes::value).orElse(OnnxNode.ABSENT);
    return nodes
        .op("LayerNormalization", nodes.value(norm.x()), weight, bias)
        .with("axis", norm.x().rank() - shape.length)
        .with("epsilon", norm.epsilon())
        .to(y);
  }

  /**
   * As torch exports it: runtimes take ONNX's own operator apart into many, and ONNX Runtime is
   * slower with it.
   */
  private static String groupNorm(GroupNormalization norm, String y, OnnxNodes nodes) {
    Tensor x = norm.x();
    int groups = norm.groups();
    long values = x.length() / x.size(0) / groups;
    String grouped =
        nodes.reshape(nodes.value(x), nodes.inner(y, "grouped"), x.size(0), groups, values);
    String normal =
        nodes
            .op("InstanceNormalization", grouped, nodes.filled(1, groups), nodes.filled(0, groups))
            .with("epsilon", norm.epsilon())
            .to(nodes.inner(y, "normal"));
    boolean alone = norm.weight().isEmpty() && norm.bias().isEmpty();
    String value = nodes.reshape(normal, alone ? y : nodes.inner(y, "ungrouped"), x.shapeArray());
    if (norm.weight().isPresent()) {
      String weight = nodes.shaped(norm.weight().get(), byChannel(x));
      String scaled = norm.bias().isPresent() ? nodes.inner(y, "scaled") : y;
      value = nodes.op("Mul", value, weight).to(scaled);
    }
    if (norm.bias().isPresent()) {
      value = nodes.op("Add", value, nodes.shaped(norm.bias().get(), byChannel(x))).to(y);
    }
    return value;
  }

  /** {@code [c, 1, ...]}, which broadcasts over {@code [n, c, ...]}. */
  private static long[] byChannel(Tensor x) {
    long[] shape = new long[x.rank() - 1];
    Arrays.fill(shape, 1);
    shape[0] = x.size(1);
    return shape;
  }

  private static String batchNorm(BatchNormalization norm, String y, OnnxNodes nodes) {
    long channels = norm.x().size(1);
    return nodes
        .op(
            "BatchNormalization",
            nodes.value(norm.x()),
            nodes.shaped(norm.weight(), channels),
            nodes.shaped(norm.bias(), channels),
            nodes.shaped(norm.mean(), channels),
            nodes.shaped(norm.variance(), channels))
        .with("epsilon", norm.epsilon())
        .to(y);
  }
}
