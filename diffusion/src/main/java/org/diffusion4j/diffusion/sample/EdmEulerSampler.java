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
  private final EdmPreconditioning preconditioning;

  /**
   * A run over the noise levels of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public EdmEulerSampler(EdmEulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    path = config.edm().path(numInferenceSteps, config.finalSigmasType());
    preconditioning = config.edm().preconditioning(config.predictionType());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = path.sigma(index);
    double sigmaHat = churn.sigmaHat(sigma, path.steps());
    float[] x = churn.apply(sample, sigma, sigmaHat, noise);
    float[] x0 = preconditioning.x0(x, modelOutput, sigmaHat);
    float[] derivative = ProbabilityFlow.slope(x, x0, sigmaHat);
    return ProbabilityFlow.move(x, derivative, path.nextSigma(index) - sigmaHat);
  }
}
