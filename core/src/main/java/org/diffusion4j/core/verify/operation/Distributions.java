package org.diffusion4j.core.verify.operation;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.verify.UnsupportedCaseException;

/** The diagonal Gaussian of an autoencoder's moments. */
final class Distributions implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of("kl_gaussian", new GraphCheck(Distributions::gaussian));
  }

  /** What is computed follows from what the case gives. */
  private static Map<String, Tensor> gaussian(Operands in) {
    // Says what a case is good for; the clamp is always there.
    in.params().has("clamp_exercised");
    List<String> outputs = in.golden().outputs();
    Graph graph = in.graph();
    DiagonalGaussian gaussian = DiagonalGaussian.ofMoments(graph, in.input("x"));
    if (outputs.contains("sample")) {
      Tensor sample = gaussian.sample(graph, in.input("noise"));
      return Map.of(
          "sample",
          sample,
          "mean",
          gaussian.mean(),
          "std",
          gaussian.std(graph),
          "logvar",
          gaussian.logVar());
    }
    if (outputs.contains("kl")) {
      Tensor kl =
          in.golden().has("x_other")
              ? gaussian.kl(graph, DiagonalGaussian.ofMoments(graph, in.input("x_other")))
              : gaussian.kl(graph);
      return Map.of("kl", kl);
    }
    if (outputs.contains("nll")) {
      return Map.of("nll", gaussian.nll(graph, in.input("sample")));
    }
    throw new UnsupportedCaseException("no operation that gives " + String.join(", ", outputs));
  }
}
