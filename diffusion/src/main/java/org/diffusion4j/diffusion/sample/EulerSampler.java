package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;

/**
 * Euler's method on the probability flow ODE dx/dsigma = (x - x0) / sigma, with noise added before
 * a step if wanted (Karras et al. 2022, algorithm 2 without the correction). Of order 1.
 */
public final class EulerSampler implements Sampler {
  /** Of log(sigma), what a model of continuous time is told (Karras et al. 2022, table 1). */
  private static final double CONTINUOUS_SCALE = 0.25;

  private final Churn churn;
  private final SigmaSequence run;
  private final ProbabilityFlow flow;
  private final double initNoiseSigma;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps, and
   *     if the config has a sigmaMax that is below the run's lowest sigma or a sigmaMin above its
   *     highest
   */
  public EulerSampler(EulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    run = run(config, numInferenceSteps);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
    initNoiseSigma = run.initNoiseSigma(config.timesteps().timestepSpacing());
  }

  private static SigmaSequence run(EulerConfig config, int n) {
    DiscreteSteps steps = DiscreteSteps.of(config, config.timesteps(), n);
    SigmaTable table = steps.table();
    if (config.interpolationType() == InterpolationType.LOG_LINEAR) {
      steps = steps.withSigmas(SigmaSpacing.exponential(table.max(), table.min(), n + 1));
    }
    steps = steps.spaced(config.sigmaSpacing(), config.sigmaMax(), config.sigmaMin());
    if (config.timestepType() == TimestepType.CONTINUOUS
        && config.predictionType() == PredictionType.V_PREDICTION) {
      double[] sigmas = steps.sigmas();
      steps =
          steps.withTimesteps(
              Arrays.stream(sigmas).map(s -> CONTINUOUS_SCALE * Math.log(s)).toArray());
    }
    return steps.run(config.finalSigmasType().sigma(table));
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
    double sigmaHat = churn.sigmaHat(sigma, run.steps());
    float[] x = churn.apply(sample, sigma, sigmaHat, noise);
    float[] derivative = flow.derivative(x, modelOutput, sigmaHat);
    return ProbabilityFlow.move(x, derivative, run.next(index) - sigmaHat);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}
