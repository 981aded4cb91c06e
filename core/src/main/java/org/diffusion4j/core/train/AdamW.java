package org.diffusion4j.core.train;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam with decoupled weight decay.
 *
 * <p>Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", with the arithmetic of
 * {@code torch.optim.AdamW}. At step t, counted from 1, with gradient g:
 *
 * <pre>
 * p = p (1 - learningRate weightDecay)
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * p = p - learningRate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
 * </pre>
 *
 * <p>Parameters, m and v are changed in place. Not for two threads at a time.
 */
public final class AdamW {
  private final Config config;
  private final Map<String, INDArray> parameters;
  private final Predicate<String> decays;
  private final Map<String, INDArray> firstMoments = new LinkedHashMap<>();
  private final Map<String, INDArray> secondMoments = new LinkedHashMap<>();
  private final float[] p = new float[HostFloats.CHUNK];
  private final float[] g = new float[HostFloats.CHUNK];
  private final float[] m = new float[HostFloats.CHUNK];
  private final float[] v = new float[HostFloats.CHUNK];

  /**
   * The numbers of the method.
   *
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of squared gradients, in [0, 1)
   * @param eps added to the denominator, positive
   * @param weightDecay pull towards zero as a part of the learning rate, at least 0
   */
  public record Config(double beta1, double beta2, double eps, double weightDecay) {
    /** The defaults of {@code torch.optim.AdamW}. */
    public static final Config TORCH = new Config(0.9, 0.999, 1e-8, 0.01);

    public Config {
      Require.properFraction("beta1", beta1);
      Require.properFraction("beta2", beta2);
      Require.that((float) eps > 0, "eps", eps, "must be a positive float");
      Require.notNegative("weightDecay", weightDecay);
    }
  }

  /**
   * An optimiser whose moments are zero.
   *
   * @param parameters the arrays to change in place, by name; FLOAT and in C order
   * @param decays which parameters the weight decay applies to; those of rank 0 and 1 (biases,
   *     norms) never decay, whatever it says
   */
  public AdamW(Config config, Map<String, INDArray> parameters, Predicate<String> decays) {
    this.config = config;
    this.parameters = new LinkedHashMap<>(parameters);
    this.decays = decays;
    this.parameters.forEach(
        (name, array) -> {
          firstMoments.put(name, Nd4j.create(DataType.FLOAT, array.shape()));
          secondMoments.put(name, Nd4j.create(DataType.FLOAT, array.shape()));
        });
  }

  /**
   * Changes every parameter by its gradient.
   *
   * @param step the number of this step, from 1
   * @param learningRate at least 0
   * @param gradients one for each parameter, of its shape
   * @throws IllegalArgumentException if a gradient is missing or of another shape
   */
  public void step(long step, double learningRate, Map<String, INDArray> gradients) {
    Require.positive("step", step);
    Require.notNegative("learningRate", learningRate);
    parameters.forEach((name, parameter) -> checkGradient(name, parameter, gradients.get(name)));
    double stepSize = learningRate / (1 - StrictMath.pow(config.beta1(), (double) step));
    double correction = Math.sqrt(1 - StrictMath.pow(config.beta2(), (double) step));
    parameters.forEach(
        (name, parameter) -> {
          boolean decay = parameter.rank() > 1 && decays.test(name);
          double keep = decay ? 1 - learningRate * config.weightDecay() : 1;
          update(name, parameter, gradients.get(name), (float) keep, stepSize, correction);
        });
  }

  private static void checkGradient(String name, INDArray parameter, INDArray gradient) {
    if (gradient == null) {
      throw new IllegalArgumentException("no gradient for parameter " + name);
    }
    if (!parameter.equalShapes(gradient)) {
      throw new IllegalArgumentException(
          "gradient of %s (=%s) must have the parameter's shape %s"
              .formatted(
                  name, Arrays.toString(gradient.shape()), Arrays.toString(parameter.shape())));
    }
  }

  private void update(
      String name,
      INDArray parameter,
      INDArray gradient,
      float keep,
      double stepSize,
      double correction) {
    INDArray firstMoment = firstMoments.get(name);
    INDArray secondMoment = secondMoments.get(name);
    FloatBuffer parameters = HostFloats.of(name, parameter);
    FloatBuffer gradients = HostFloats.of("gradient of " + name, gradient);
    FloatBuffer means = HostFloats.of(name, firstMoment);
    FloatBuffer squares = HostFloats.of(name, secondMoment);
    int length = parameters.capacity();
    for (int from = 0; from < length; from += HostFloats.CHUNK) {
      int n = Math.min(HostFloats.CHUNK, length - from);
      parameters.get(from, p, 0, n);
      gradients.get(from, g, 0, n);
      means.get(from, m, 0, n);
      squares.get(from, v, 0, n);
      updateChunk(n, keep, (float) stepSize, (float) correction);
      parameters.put(from, p, 0, n);
      means.put(from, m, 0, n);
      squares.put(from, v, 0, n);
    }
    HostFloats.commit(parameter, parameters);
    HostFloats.commit(firstMoment, means);
    HostFloats.commit(secondMoment, squares);
  }

  /** A method of its own over plain arrays, which the compiler turns into vector instructions. */
  private void updateChunk(int n, float keep, float stepSize, float correction) {
    float beta1 = (float) config.beta1();
    float beta2 = (float) config.beta2();
    float oneMinusBeta1 = (float) (1 - config.beta1());
    float oneMinusBeta2 = (float) (1 - config.beta2());
    float eps = (float) config.eps();
    float[] p = this.p;
    float[] g = this.g;
    float[] m = this.m;
    float[] v = this.v;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float mean = beta1 * m[i] + oneMinusBeta1 * gradient;
      float square = beta2 * v[i] + oneMinusBeta2 * gradient * gradient;
      m[i] = mean;
      v[i] = square;
      p[i] = keep * p[i] - stepSize * (mean / ((float) Math.sqrt(square) / correction + eps));
    }
  }

  /** The mean gradients m by parameter name; the optimiser's own arrays. */
  public Map<String, INDArray> firstMoments() {
    return Collections.unmodifiableMap(firstMoments);
  }

  /** The mean squared gradients v by parameter name; the optimiser's own arrays. */
  public Map<String, INDArray> secondMoments() {
    return Collections.unmodifiableMap(secondMoments);
  }
}
