package org.diffusion4j.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic gradient descent with momentum (Polyak 1964) and an L2 penalty as weight decay, with
 * the arithmetic of {@code torch.optim.SGD}. With gradient g and the momentum's buffer b:
 *
 * <pre>
 * b = momentum b + g + weightDecay p
 * p = p - learningRate b
 * </pre>
 */
public final class Sgd implements Optimizer {
  private final Config config;
  private final TrainedParameters parameters;
  private final Map<String, INDArray> buffers;

  /**
   * The numbers of the method.
   *
   * @param momentum how much of a step goes on in the next, in [0, 1)
   * @param weightDecay the part of a parameter that is added to its gradient, at least 0
   */
  public record Config(double momentum, double weightDecay) implements Optimizer.Config {
    /** The defaults of {@code torch.optim.SGD}: plain gradient descent. */
    public static final Config TORCH = new Config(0, 0);

    public Config {
      Require.properFraction("momentum", momentum);
      Require.notNegative("weightDecay", weightDecay);
    }

    @Override
    public Sgd create(Map<String, INDArray> parameters, Predicate<String> decays) {
      return new Sgd(this, parameters, decays);
    }

    @Override
    public Map<String, Object> description() {
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("method", "Sgd");
      description.put("momentum", momentum);
      description.put("weightDecay", weightDecay);
      return description;
    }
  }

  private Sgd(Config config, Map<String, INDArray> parameters, Predicate<String> decays) {
    this.config = config;
    this.parameters = new TrainedParameters(parameters, decays);
    buffers = this.parameters.zeros();
  }

  @Override
  public void step(
      long step,
      double learningRate,
      Map<String, INDArray> gradients,
      double scale,
      Optional<ExponentialMovingAverage> ema) {
    float rate = (float) learningRate;
    float momentum = (float) config.momentum();
    parameters.step(
        step,
        learningRate,
        gradients,
        scale,
        ema,
        List.of(buffers),
        (decays, values, n) -> {
          float pull = decays ? (float) config.weightDecay() : 0;
          update(values[0], values[1], values[2], n, pull, momentum, rate);
        });
  }

  private static void update(
      float[] g, float[] p, float[] b, int n, float pull, float momentum, float rate) {
    for (int i = 0; i < n; i++) {
      float buffer = momentum * b[i] + (g[i] + pull * p[i]);
      b[i] = buffer;
      p[i] -= rate * buffer;
    }
  }

  /** The momentum's buffers. */
  @Override
  public Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    buffers.forEach((name, array) -> state.put("momentum_buffer." + name, array));
    return Collections.unmodifiableMap(state);
  }
}
