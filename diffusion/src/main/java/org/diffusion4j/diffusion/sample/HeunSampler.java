package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * Heun's method on the probability flow ODE (Karras et al. 2022, algorithm 1): Euler's step, then
 * the same step along the mean of the derivatives at its two ends. Of order 2.
 *
 * <p>A step has two stages, each with an index and a call of the model, at the sigma that it comes
 * from and at that which it leads to; the last step, to no noise, has the first only. A run can
 * begin at any even index.
 */
public final class HeunSampler implements Sampler {
  private final SigmaSequence run;
  private final ProbabilityFlow flow;
  private final double initNoiseSigma;
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
    run = steps.twoStageRun(steps.nextTimesteps(), 1);
    flow = ProbabilityFlow.of(config.predictionType(), config.clipping());
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
    if (FirstStage.isAt(index)) {
      first.keep(index, sample, derivative);
      return ProbabilityFlow.move(sample, derivative, run.next(index) - sigma);
    }
    first.requireBefore(index, sample.length);
    float[] mean = new float[sample.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (first.derivative()[i] + derivative[i]) / 2;
    }
    return ProbabilityFlow.move(first.sample(), mean, sigma - run.at(index - 1));
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}
