package org.diffusion4j.diffusion.sample;

/**
 * Euler's method with ancestral steps: along the probability flow ODE to less noise than the next
 * sample is to have, then as much new noise as it lacks (see {@link AncestralStep}). Of order 1.
 */
public final class EulerAncestralSampler implements Sampler {
  private final NoisePath path;
  private final ProbabilityFlow flow;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public EulerAncestralSampler(EulerAncestralConfig config, int numInferenceSteps) {
    path = DiscreteSteps.of(config, config.timesteps(), numInferenceSteps).path(0);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = path.sigma(index);
    float[] derivative = flow.derivative(sample, modelOutput, sigma);
    return new AncestralStep(sigma, path.nextSigma(index)).apply(sample, derivative, noise);
  }
}
