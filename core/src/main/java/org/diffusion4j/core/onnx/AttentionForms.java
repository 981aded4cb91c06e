package org.diffusion4j.core.onnx;

import java.util.Optional;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.AttentionWeights;
import org.diffusion4j.core.graph.Tensor;

/** Multi-head attention. */
final class AttentionForms {
  /** Of the operators that ONNX Runtime has besides those of ONNX. */
  static final String DOMAIN = "com.microsoft";

  private AttentionForms() {}

  static void register(LayerForms forms, OnnxOptions.Attention form) {
    forms.put(
        AttentionWeights.class,
        (layer, y, nodes) ->
            weights(
                layer.query(), layer.key(), layer.mask(), layer.heads(), layer.scale(), y, nodes));
    forms.put(
        Attention.class,
        (layer, y, nodes) ->
            (form == OnnxOptions.Attention.ONNX_RUNTIME && fits(layer))
                ? fused(layer, y, nodes)
                : standard(layer, y, nodes));
  }

  private static boolean fits(Attention layer) {
    return layer.mask().isEmpty()
        || (layer.mask().get().rank() == 4
            && layer.mask().get().size(2) == layer.query().size(1)
            && layer.mask().get().size(3) == layer.key().size(1));
  }

  private static String fused(Attention layer, String y, OnnxNodes nodes) {
    return nodes
        .op(
            "MultiHeadAttention",
            nodes.value(layer.query()),
            nodes.value(layer.key()),
            nodes.value(layer.value()),
            OnnxNode.ABSENT,
            OnnxNode.ABSENT,
            layer.mask().map(nodes::value).orElse(OnnxNode.ABSENT))
        .ofDomain(DOMAIN)
        .with("num_heads", layer.heads())
        .with("scale", layer.scale())
        .to(y);
  }

  private static String standard(Attention layer, String y, OnnxNodes nodes) {
    int heads = layer.heads();
    String weights =
        weights(
            layer.query(),
            layer.key(),
            layer.mask(),
            heads,
            layer.scale(),
            nodes.inner(y, "weights"),
            nodes);
    String value = split(layer.value(), heads, nodes.inner(y, "value"), nodes);
    String product = nodes.op("MatMul", weights, value).to(nodes.inner(y, "heads"));
    if (heads > 1) {
      product = transpose(product, nodes.inner(y, "heads_last"), nodes, 0, 2, 1, 3);
    }
    return nodes.reshape(product, y, layer.outputShape());
  }

  /** {@code softmax(q k^T scale + mask)}. */
  private static String weights(
      Tensor query,
      Tensor key,
      Optional<Tensor> mask,
      int heads,
      double scale,
      String y,
      OnnxNodes nodes) {
    String q = split(query, heads, nodes.inner(y, "query"), nodes);
    String k =
        transpose(
            withHeads(key, heads, nodes.inner(y, "key_heads"), nodes),
            nodes.inner(y, "key"),
            nodes,
            0,
            2,
            3,
            1);
    // Beside the product, where ONNX Runtime makes one operator of both nodes.
    String scaled = nodes.op("Mul", q, nodes.number(scale)).to(nodes.inner(y, "scaled"));
    String scores = nodes.op("MatMul", scaled, k).to(nodes.inner(y, "scores"));
    if (mask.isPresent()) {
      scores = nodes.op("Add", scores, nodes.value(mask.get())).to(nodes.inner(y, "masked"));
    }
    return nodes.op("Softmax", scores).with("axis", 3).to(y);
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  private static String split(Tensor x, int heads, String output, OnnxNodes nodes) {
    if (heads == 1) {
      return nodes.reshape(nodes.value(x), output, x.size(0), 1, x.size(1), x.size(2));
    }
    String split = withHeads(x, heads, nodes.inner(output, "heads"), nodes);
    return transpose(split, output, nodes, 0, 2, 1, 3);
  }

  /** {@code [n, s, heads*d] -> [n, s, heads, d]}. */
  private static String withHeads(Tensor x, int heads, String output, OnnxNodes nodes) {
    return nodes.reshape(nodes.value(x), output, x.size(0), x.size(1), heads, x.size(2) / heads);
  }

  private static String transpose(String x, String output, OnnxNodes nodes, long... axes) {
    return nodes.op("Transpose", x).withAll("perm", axes).to(output);
  }
}
