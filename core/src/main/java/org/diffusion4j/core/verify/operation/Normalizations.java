package org.diffusion4j.core.verify.operation;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.BatchNorm;
import org.diffusion4j.core.verify.UnsupportedCaseException;

/** Batch, group and layer normalization, as torch names their parameters. */
final class Normalizations implements OperationFamily {
  /** Torch's defaults. */
  private static final double MOMENTUM = 0.1;

  private static final double EPSILON = 1e-5;

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "batch_norm",
        new GraphCheck(Normalizations::batchNorm, GraphCheck.CLOSE, GraphCheck.TO_SCALE),
        "group_norm",
        new GraphCheck(Normalizations::groupNorm, GraphCheck.CLOSE, GraphCheck.TO_SCALE),
        "layer_norm",
        new GraphCheck(Normalizations::layerNorm));
  }

  private static Map<String, Tensor> batchNorm(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    for (String parameter : List.of("weight", "bias", "running_mean", "running_var")) {
      if (!in.golden().has(parameter)) {
        throw new UnsupportedCaseException("no batch normalization without " + parameter);
      }
    }
    boolean training = in.params().has("training") && in.params().flag("training");
    double momentum = in.params().has("momentum") ? in.params().number("momentum") : MOMENTUM;
    double epsilon = in.params().has("eps") ? in.params().number("eps") : EPSILON;
    if (training) {
      BatchNorm.Trained trained = new BatchNorm(epsilon).train(graph, x, momentum);
      return Map.of(
          "y", trained.y(),
          "running_mean_after", trained.runningMean(),
          "running_var_after", trained.runningVar());
    }
    Tensor y = new BatchNorm(epsilon).evaluate(graph, x);
    return Map.of(
        "y", y,
        "running_mean_after", graph.tensor("running_mean"),
        "running_var_after", graph.tensor("running_var"));
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
