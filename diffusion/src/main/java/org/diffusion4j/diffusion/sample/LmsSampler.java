package org.diffusion4j.diffusion.sample;

import java.util.ArrayList;
import java.util.List;
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
  private final int order;

  /** The last derivatives, newest first. */
  private final List<float[]> derivatives = new ArrayList<>();

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param order how many derivatives a step goes by, from 1 (Euler's method) to 4
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps and
   *     order in its range
   */
  public LmsSampler(LmsConfig config, int numInferenceSteps, int order) {
    Require.inRange("order", order, 1, MAX_ORDER);
    this.order = order;
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
    derivatives.add(0, flow.derivative(sample, modelOutput, path.sigma(index)));
    while (derivatives.size() > Math.min(order, index + 1)) {
      derivatives.remove(derivatives.size() - 1);
    }
    WeightedSum next = WeightedSum.of(1, sample);
    for (int k = 0; k < derivatives.size(); k++) {
      next.plus(coefficient(k, index), derivatives.get(k));
    }
    return next.toFloats();
  }

  /**
   * The weight of the k-th last derivative: the integral of its Lagrange polynomial from the sigma
   * of the step to the next one. Gauss's rule of two points is exact up to degree 3.
   */
  private double coefficient(int k, int index) {
    double middle = (path.nextSigma(index) + path.sigma(index)) / 2;
    double half = (path.nextSigma(index) - path.sigma(index)) / 2;
    double offset = half / Math.sqrt(3);
    return half * (lagrange(k, index, middle - offset) + lagrange(k, index, middle + offset));
  }

  /** The polynomial that is 1 at the sigma of the k-th last derivative and 0 at the others'. */
  private double lagrange(int k, int index, double sigma) {
    double product = 1;
    for (int j = 0; j < derivatives.size(); j++) {
      if (j != k) {
        product *=
            (sigma - path.sigma(index - j)) / (path.sigma(index - k) - path.sigma(index - j));
      }
    }
    return product;
  }
}
