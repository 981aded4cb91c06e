package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * Euler's method with ancestral steps: along the probability flow ODE to less noise than the next
 * sample is to have, then as much new noise as it lacks (see {@link AncestralStep}). Of order 1.
 */
public final class EulerAncestralSampler implements Sampler {
  private final SigmaSequence run;
  private final ProbabilityFlow flow;
  private final double initNoiseSigma;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public EulerAncestralSampler(EulerAncestralConfig config, int numInferenceSteps) {
    run = DiscreteSteps.of(config, config.timesteps(), numInferenceSteps).run(0);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
    initNoiseSigma = run.initNoiseSigma(config.timesteps().timestepSpacing());
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
    return run.level(index);
  }

  @Override
  public float[] scaleModelInput(float[] sample, int index) {
    return run.scaleModelInput(sample, index);
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = run.at(index);
    float[] derivative = flow.derivative(sample, modelOutput, sigma);
    return new AncestralStep(sigma, run.next(index)).apply(sample, derivative, noise);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}
