package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;

/**
 * The linear multistep method of k-diffusion on the probability flow ODE: a step integrates the
 * polynomial through the last derivatives dx/dsigma, Adams and Bashforth's method with steps of
 * unequal size (Hairer, Norsett and Wanner 1993, Solving Ordinary Differential Equations I, III.5).
 *
 * <p>Of the order that it is asked for. The first steps, which have fewer derivatives to go by, are
 * of a lower one, but the flow is all but straight where there is most noise.
 */
public final class LmsSampler implements Sampler {
  /** The highest order. */
  public static final int MAX_ORDER = 4;

  private final NoisePath path;
  private final ProbabilityFlow flow;

  /** The last derivatives, each with its sigma. */
  private final OutputHistory history;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param order how many derivatives a step goes by, from 1 (Euler's method) to 4
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps and
   *     order in its range
   */
  public LmsSampler(LmsConfig config, int numInferenceSteps, int order) {
    Require.inRange("order", order, 1, MAX_ORDER);
    history = new OutputHistory(order);
    path =
        DiscreteSteps.of(config, config.timesteps(), numInferenceSteps)
            .spaced(config.sigmaSpacing())
            .path(0);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = path.sigma(index);
    double dSigma = path.nextSigma(index) - sigma;
    history.add(flow.derivative(sample, modelOutput, sigma), sigma);
    WeightedSum integral = history.integral(earlier -> (earlier - sigma) / dSigma);
    return WeightedSum.of(1, sample).plus(dSigma, integral).toFloats();
  }
}
