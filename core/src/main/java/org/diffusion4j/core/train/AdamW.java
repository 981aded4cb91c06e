package org.diffusion4j.core.train;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 */
public final class AdamW implements Optimizer {
  private final Config config;
  private final AdamMoments moments;

  /**
   * The numbers of the method.
   *
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of squared gradients, in [0, 1)
   * @param eps added to the denominator, positive
   * @param weightDecay pull towards zero as a part of the learning rate, at least 0
   */
  public record Config(double beta1, double beta2, double eps, double weightDecay)
      implements Optimizer.Config {
    /** The defaults of {@code torch.optim.AdamW}. */
    public static final Config TORCH = new Config(0.9, 0.999, 1e-8, 0.01);

    public Config {
      AdamMoments.check(beta1, beta2, eps, weightDecay);
    }

    @Override
    public AdamW create(Map<String, INDArray> parameters, Predicate<String> decays) {
      return new AdamW(this, parameters, decays);
    }

    @Override
    public Map<String, Object> description() {
      return AdamMoments.describe("AdamW", beta1, beta2, eps, weightDecay);
    }
  }

  private AdamW(Config config, Map<String, INDArray> parameters, Predicate<String> decays) {
    this.config = config;
    moments =
        new AdamMoments(
            config.beta1(),
            config.beta2(),
            config.eps(),
            new TrainedParameters(parameters, decays));
  }

  @Override
  public void step(
      long step,
      double learningRate,
      Map<String, INDArray> gradients,
      double scale,
      Optional<ExponentialMovingAverage> ema) {
    moments.step(step, learningRate, gradients, scale, ema, learningRate * config.weightDecay(), 0);
  }

  /** The means m of gradients and v of squared gradients. */
  @Override
  public Map<String, INDArray> state() {
    return moments.state();
  }
}
