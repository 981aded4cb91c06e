package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * Euler's method on the probability flow ODE dx/dsigma = (x - x0) / sigma of an EDM model, with
 * noise added before a step if wanted (Karras et al. 2022, algorithm 2 without the correction).
 *
 * <p>A method of order 1.
 */
public final class EdmEulerSampler implements Sampler {
  private final Churn churn;
  private final SigmaSequence run;
  private final EdmPreconditioning preconditioning;
  private final double initNoiseSigma;

  /**
   * A run over the noise levels of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public EdmEulerSampler(EdmEulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    run = config.edm().run(numInferenceSteps, config.finalSigmasType());
    preconditioning = config.edm().preconditioning(config.predictionType());
    initNoiseSigma = config.edm().initNoiseSigma();
  }

  @Override
  public double[] timesteps() {
    return run.timesteps();
  }

  @Override
  public double[] sigmas() {
    return run.sigmas();
  }

  @Override
  public double initNoiseSigma() {
    return initNoiseSigma;
  }

  @Override
  public NoiseLevel level(int index) {
    return preconditioning.level(run.at(index));
  }

  @Override
  public float[] scaleModelInput(float[] sample, int index) {
    return preconditioning.modelInput(sample, run.at(index));
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = run.at(index);
    double sigmaHat = churn.sigmaHat(sigma, run.steps());
    float[] x = churn.apply(sample, sigma, sigmaHat, noise);
    float[] x0 = preconditioning.x0(x, modelOutput, sigmaHat);
    float[] derivative = ProbabilityFlow.slope(x, x0, sigmaHat);
    return ProbabilityFlow.move(x, derivative, run.next(index) - sigmaHat);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}
