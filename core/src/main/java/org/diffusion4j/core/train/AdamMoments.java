package org.diffusion4j.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What Adam and AdamW share: means m of the gradients and v of their squares, and the step along
 * {@code m / sqrt(v)}, both corrected for their start at zero (Kingma and Ba 2015, algorithm 1).
 */
final class AdamMoments {
  private final double beta1;
  private final double beta2;
  private final float eps;
  private final TrainedParameters parameters;
  private final Map<String, INDArray> firstMoments;
  private final Map<String, INDArray> secondMoments;

  AdamMoments(double beta1, double beta2, double eps, TrainedParameters parameters) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = (float) eps;
    this.parameters = parameters;
    firstMoments = parameters.zeros();
    secondMoments = parameters.zeros();
  }

  /** The rules for the numbers of both methods. */
  static void check(double beta1, double beta2, double eps, double weightDecay) {
    Require.properFraction("beta1", beta1);
    Require.properFraction("beta2", beta2);
    Require.that((float) eps > 0, "eps", eps, "must be a positive float");
    Require.notNegative("weightDecay", weightDecay);
  }

  /** The numbers of both methods by name, after the method's. */
  static Map<String, Object> describe(
      String method, double beta1, double beta2, double eps, double weightDecay) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("method", method);
    description.put("beta1", beta1);
    description.put("beta2", beta2);
    description.put("eps", eps);
    description.put("weightDecay", weightDecay);
    return description;
  }

  /**
   * A step of {@link Optimizer#step}.
   *
   * @param shrink the part that each decaying parameter first loses of itself
   * @param l2 how much of each decaying parameter is added to its gradient
   */
  void step(
      long step,
      double learningRate,
      Map<String, INDArray> gradients,
      double scale,
      Optional<ExponentialMovingAverage> ema,
      double shrink,
      double l2) {
    float stepSize = (float) (learningRate / (1 - StrictMath.pow(beta1, (double) step)));
    float correction = (float) Math.sqrt(1 - StrictMath.pow(beta2, (double) step));
    parameters.step(
        step,
        learningRate,
        gradients,
        scale,
        ema,
        List.of(firstMoments, secondMoments),
        (decays, values, n) -> {
          float keep = decays ? (float) (1 - shrink) : 1;
          float pull = decays ? (float) l2 : 0;
          update(values[0], values[1], values[2], values[3], n, keep, pull, stepSize, correction);
        });
  }

  private void update(
      float[] g,
      float[] p,
      float[] m,
      float[] v,
      int n,
      float keep,
      float pull,
      float stepSize,
      float correction) {
    float beta1 = (float) this.beta1;
    float beta2 = (float) this.beta2;
    float oneMinusBeta1 = (float) (1 - this.beta1);
    float oneMinusBeta2 = (float) (1 - this.beta2);
    float eps = this.eps;
    for (int i = 0; i < n; i++) {
      float gradient = g[i] + pull * p[i];
      float mean = beta1 * m[i] + oneMinusBeta1 * gradient;
      float square = beta2 * v[i] + oneMinusBeta2 * gradient * gradient;
      m[i] = mean;
      v[i] = square;
      p[i] = keep * p[i] - stepSize * (mean / ((float) Math.sqrt(square) / correction + eps));
    }
  }

  /** The arrays by {@code m.} or {@code v.} and the parameter's name. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    firstMoments.forEach((name, array) -> state.put("m." + name, array));
    secondMoments.forEach((name, array) -> state.put("v." + name, array));
    return Collections.unmodifiableMap(state);
  }
}
