package org.diffusion4j.diffusion.sample;

/**
 * Heun's method on the probability flow ODE (Karras et al. 2022, algorithm 1): Euler's step, then
 * the same step along the mean of the derivatives at its two ends. Of order 2.
 *
 * <p>A step has two stages, each with an index and a call of the model, at the sigma that it comes
 * from and at that which it leads to; the last step, to no noise, has the first only. A run can
 * begin at any even index.
 */
public final class HeunSampler implements Sampler {
  private final NoisePath path;
  private final ProbabilityFlow flow;
  private final FirstStage first = new FirstStage();

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public HeunSampler(HeunConfig config, int numInferenceSteps) {
    DiscreteSteps steps =
        DiscreteSteps.of(config, config.timesteps(), numInferenceSteps)
            .spaced(config.sigmaSpacing());
    path = steps.twoStagePath(steps.nextSigmas(), steps.nextTimesteps(), 1);
    flow = ProbabilityFlow.of(config.predictionType(), config.clipping());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public int indexOfStep(int step) {
    return FirstStage.of(step);
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = path.sigma(index);
    float[] derivative = flow.derivative(sample, modelOutput, sigma);
    if (FirstStage.isAt(index)) {
      return first.move(index, sample, derivative, path.nextSigma(index) - sigma);
    }
    first.requireBefore(index, sample.length);
    return first.moveByMean(derivative, sigma - path.sigma(index - 1));
  }
}
