package org.diffusion4j.core.verify.operation;

import java.util.Map;
import java.util.function.Function;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.ContrastiveLoss;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.verify.UnsupportedCaseException;

/** Losses of torch and of transformers' CLIP. */
final class Losses implements OperationFamily {
  /** By the names of the cases, which are those of the losses. */
  private static final Map<String, Function<Operands, Tensor>> LOSSES =
      Map.of(
          "mse", in -> MeanSquaredError.build(in.graph(), in.input("input"), in.input("target")));

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "info_nce", new GraphCheck(Losses::contrastive),
        "losses", new GraphCheck(Losses::elementwise));
  }

  private static Map<String, Tensor> elementwise(Operands in) {
    Function<Operands, Tensor> loss = LOSSES.get(in.golden().name());
    if (loss == null) {
      throw new UnsupportedCaseException("no loss " + in.golden().name());
    }
    return Map.of("y", loss.apply(in));
  }

  private static Map<String, Tensor> contrastive(Operands in) {
    Graph graph = in.graph();
    Tensor text = ContrastiveLoss.normalize(graph, in.input("text"));
    Tensor image = ContrastiveLoss.normalize(graph, in.input("image"));
    Tensor logits = ContrastiveLoss.logits(graph, text, image, in.input("logit_scale"));
    return Map.of("loss", ContrastiveLoss.build(graph, logits), "logits_per_text", logits);
  }
}
