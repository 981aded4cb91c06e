package org.diffusion4j.core.verify.operation;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Target;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Traces of torch's optimisers; they compute in FLOAT on every target. */
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
  private static void trace(GoldenCase golden, Target target, Comparison comparison) {
    JsonFields hyper = golden.fields().object("hyper");
    AdamW.Config config = config(golden.name(), hyper);
    double learningRate = hyper.number("lr");
    if (!hyper.unread().isEmpty()) {
      throw new UnsupportedCaseException("no optimiser that takes " + hyper.unread());
    }
    INDArray params = golden.tensor("params");
    INDArray grads = golden.tensor("grads");
    INDArray parameter = params.slice(0).dup('c');
    AdamW optimizer = new AdamW(config, Map.of("weight", parameter), any -> true);
    for (int step = 1; step <= grads.size(0); step++) {
      optimizer.step(step, learningRate, Map.of("weight", grads.slice(step - 1).dup('c')));
      comparison.compare("params " + step, params.slice(step), parameter, TRACE);
    }
  }

  /** The names of the cases begin with that of the optimiser; Adam without decay is AdamW. */
  private static AdamW.Config config(String name, JsonFields hyper) {
    double weightDecay = hyper.has("weight_decay") ? hyper.number("weight_decay") : 0;
    boolean isAdamW = name.startsWith("adamw") || (name.startsWith("adam") && weightDecay == 0);
    if (!isAdamW || hyper.flag("amsgrad") || hyper.flag("maximize")) {
      throw new UnsupportedCaseException("no optimiser " + name);
    }
    IMPLEMENTATION.forEach(hyper::has);
    double[] betas = hyper.numbers("betas");
    return new AdamW.Config(betas[0], betas[1], hyper.number("eps"), weightDecay);
  }
}
