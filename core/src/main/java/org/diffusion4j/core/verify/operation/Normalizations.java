package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Group and layer normalization, as torch names their parameters. */
final class Normalizations implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "group_norm",
        new GraphCheck(Normalizations::groupNorm, GraphCheck.CLOSE, GraphCheck.TO_SCALE),
        "layer_norm",
        new GraphCheck(Normalizations::layerNorm));
  }

  private static Map<String, Tensor> groupNorm(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    int groups = in.params().integer("num_groups");
    double eps = in.params().number("eps");
    return Map.of(
        "y",
        in.params().flag("affine")
            ? graph.groupNorm(x, in.input("weight"), in.input("bias"), groups, eps)
            : graph.groupNorm(x, groups, eps));
  }

  private static Map<String, Tensor> layerNorm(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    long[] normalizedShape = in.params().integers("normalized_shape");
    double eps = in.params().number("eps");
    return Map.of(
        "y",
        in.params().flag("affine")
            ? graph.layerNorm(x, in.input("weight"), in.input("bias"), eps)
            : graph.layerNorm(x, eps, normalizedShape));
  }
}
