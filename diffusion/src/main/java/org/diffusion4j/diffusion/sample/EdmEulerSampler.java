package org.diffusion4j.diffusion.sample;

/**
 * Euler's method on the probability flow ODE dx/dsigma = (x - x0) / sigma of an EDM model, with
 * noise added before a step if wanted (Karras et al. 2022, algorithm 2 without the correction).
 *
 * <p>A method of order 1.
 */
public final class EdmEulerSampler implements Sampler {
  private final Churn churn;
  private final NoisePath path;
  private final ProbabilityFlow flow;

  /**
   * A run over the noise levels of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public EdmEulerSampler(EdmEulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    path = config.edm().path(numInferenceSteps, config.finalSigmasType());
    flow = new ProbabilityFlow(config.edm().preconditioning(config.predictionType())::x0);
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    return flow.eulerStep(path, churn, modelOutput, index, sample, noise);
  }
}
