package org.diffusion4j.diffusion.sample;

/**
 * DPM-Solver-2 with ancestral steps: {@link Kdpm2Sampler}'s step to less noise than the next sample
 * is to have, then as much new noise as it lacks (see {@link AncestralStep}). Of order 2 but for
 * the noise.
 *
 * <p>A step has two stages, each with an index and a call of the model; the last step, to no noise,
 * has the first only. A run can begin at any even index.
 */
public final class Kdpm2AncestralSampler implements Sampler {
  private final NoisePath path;
  private final ProbabilityFlow flow;
  private final FirstStage first = new FirstStage();

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public Kdpm2AncestralSampler(Kdpm2AncestralConfig config, int numInferenceSteps) {
    DiscreteSteps steps =
        Kdpm2Sampler.steps(config, config.timesteps(), config.sigmaSpacing(), numInferenceSteps);
    path = steps.twoStagePath(steps.nextSigmas(), Kdpm2Sampler.FINAL_SIGMAS);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
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
      // The geometric middle of sigma and sigmaDown = sigmaNext^2 / sigma is sigmaNext.
      return first.move(index, sample, derivative, path.nextSigma(index) - sigma);
    }
    first.requireBefore(index, sample.length);
    return new AncestralStep(path.sigma(index - 1), sigma).apply(first.sample(), derivative, noise);
  }
}
