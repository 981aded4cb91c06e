package org.diffusion4j.core.verify.operation;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.train.Adam;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.train.Optimizer;
import org.diffusion4j.core.train.Sgd;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Traces of torch's optimizers; they compute in FLOAT whatever the execution. */
final class Optimizers implements OperationFamily {
  private static final Tolerance TRACE = Tolerance.close(1e-6, 1e-5);

  /** Ways to compute that do not change the numbers. */
  private static final List<String> IMPLEMENTATION =
      List.of("foreach", "capturable", "differentiable", "fused");

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of("optimizers", Optimizers::trace);
  }

  /** {@code params[i + 1]} is what {@code grads[i]} makes of {@code params[i]}. */
  private static void trace(GoldenCase golden, Execution execution, Comparison comparison) {
    JsonFields hyper = golden.fields().object("hyper");
    Optimizer.Config config = config(golden.name(), hyper);
    double learningRate = hyper.number("lr");
    if (!hyper.unread().isEmpty()) {
      throw new UnsupportedCaseException("no optimizer that takes " + hyper.unread());
    }
    INDArray params = golden.tensor("params");
    INDArray grads = golden.tensor("grads");
    INDArray parameter = params.slice(0).dup('c');
    Optimizer optimizer = config.create(Map.of("weight", parameter), any -> true);
    for (int step = 1; step <= grads.size(0); step++) {
      optimizer.step(step, learningRate, Map.of("weight", grads.slice(step - 1).dup('c')));
      comparison.compare("params " + step, params.slice(step), parameter, TRACE);
    }
  }

  /** The names of the cases begin with that of the optimizer. */
  private static Optimizer.Config config(String name, JsonFields hyper) {
    IMPLEMENTATION.forEach(hyper::has);
    if (hyper.flag("maximize")) {
      throw new UnsupportedCaseException("no optimizer that maximizes");
    }
    double weightDecay = hyper.has("weight_decay") ? hyper.number("weight_decay") : 0;
    return switch (name.split("_", 2)[0]) {
      case "sgd" -> sgd(hyper, weightDecay);
      case "adam" -> {
        double[] betas = betas(hyper);
        yield new Adam.Config(betas[0], betas[1], hyper.number("eps"), weightDecay);
      }
      case "adamw" -> {
        double[] betas = betas(hyper);
        yield new AdamW.Config(betas[0], betas[1], hyper.number("eps"), weightDecay);
      }
      default -> throw new UnsupportedCaseException("no optimizer " + name);
    };
  }

  private static Optimizer.Config sgd(JsonFields hyper, double weightDecay) {
    if (hyper.number("dampening") != 0 || hyper.flag("nesterov")) {
      throw new UnsupportedCaseException("no SGD with dampening or Nesterov's momentum");
    }
    return new Sgd.Config(hyper.number("momentum"), weightDecay);
  }

  private static double[] betas(JsonFields hyper) {
    if (hyper.flag("amsgrad")) {
      throw new UnsupportedCaseException("no Adam with the largest second moments");
    }
    return hyper.numbers("betas");
  }
}
