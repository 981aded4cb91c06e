package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.BceWithLogitsLoss;
import org.diffusion4j.core.loss.ContrastiveLoss;
import org.diffusion4j.core.loss.CrossEntropyLoss;
import org.diffusion4j.core.loss.HuberLoss;
import org.diffusion4j.core.loss.KlDivLoss;
import org.diffusion4j.core.loss.L1Loss;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.loss.Reduction;
import org.diffusion4j.core.loss.SmoothL1Loss;
import org.diffusion4j.core.verify.UnsupportedCaseException;

/** Losses of torch and of transformers' CLIP. */
final class Losses implements OperationFamily {
  private static final String HUBER = "huber_";
  private static final String CROSS_ENTROPY = "cross_entropy";

  /** Torch's default, which the reference has. */
  private static final double BETA = 1;

  private static final Map<String, Reduction> REDUCTIONS =
      Map.of(
          "none", Reduction.NONE,
          "mean", Reduction.MEAN,
          "sum", Reduction.SUM,
          "batchmean", Reduction.BATCH_MEAN);

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "info_nce", new GraphCheck(Losses::contrastive),
        "kl_div_loss", new GraphCheck(Losses::divergence),
        "losses", new GraphCheck(Losses::mean));
  }

  private static Map<String, Tensor> mean(Operands in) {
    return Map.of("y", loss(in, in.input("input"), in.input("target"), Reduction.MEAN));
  }

  /** The names of the cases are those of the losses, {@code huber_0_5} that with delta 0.5. */
  private static Tensor loss(Operands in, Tensor input, Tensor target, Reduction reduction) {
    Graph graph = in.graph();
    String name = in.golden().name();
    if (name.startsWith(CROSS_ENTROPY)) {
      return new CrossEntropyLoss(in.number("label_smoothing", 0))
          .ofClasses(graph, input, target, reduction);
    }
    if (name.matches(HUBER + "\\d{1,9}_\\d{1,9}")) {
      double delta = Double.parseDouble(name.substring(HUBER.length()).replace('_', '.'));
      return new HuberLoss(delta).build(graph, input, target, reduction);
    }
    return switch (name) {
      case "mse" -> new MeanSquaredError().build(graph, input, target, reduction);
      case "l1" -> new L1Loss().build(graph, input, target, reduction);
      case "smooth_l1" -> new SmoothL1Loss(BETA).build(graph, input, target, reduction);
      case "bce_with_logits" -> new BceWithLogitsLoss().build(graph, input, target, reduction);
      default -> throw new UnsupportedCaseException("no loss " + name);
    };
  }

  private static Map<String, Tensor> divergence(Operands in) {
    Graph graph = in.graph();
    String reduction = in.params().text("reduction");
    in.support(REDUCTIONS.containsKey(reduction), "reduction");
    Tensor input = in.input("input");
    Tensor target = in.input("target");
    return Map.of(
        "y",
        in.params().flag("log_target")
            ? new KlDivLoss().ofLogTarget(graph, input, target, REDUCTIONS.get(reduction))
            : new KlDivLoss().build(graph, input, target, REDUCTIONS.get(reduction)));
  }

  private static Map<String, Tensor> contrastive(Operands in) {
    Graph graph = in.graph();
    Tensor text = ContrastiveLoss.normalize(graph, in.input("text"));
    Tensor image = ContrastiveLoss.normalize(graph, in.input("image"));
    Tensor logits = ContrastiveLoss.logits(graph, text, image, in.input("logit_scale"));
    return Map.of("loss", new ContrastiveLoss().build(graph, logits), "logits_per_text", logits);
  }
}
