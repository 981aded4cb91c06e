package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * DPM-Solver-2 in k-diffusion's form (Lu et al. 2022, DPM-Solver, algorithm 1; Karras et al. 2022):
 * a step along the derivative at its geometric middle, to which Euler's step leads. Of order 2.
 *
 * <p>A step has two stages, each with an index and a call of the model, at the sigma that it comes
 * from and at sqrt(sigma sigmaNext); the last step, to no noise, has the first only. A run can
 * begin at any even index. At odd ones {@link #sigmas} and {@link #addNoise} know the sigma that
 * the step leads to, not that of the middle.
 */
public final class Kdpm2Sampler implements Sampler {
  /** How often {@link #sigmas} tells the final 0, as diffusers does. */
  static final int FINAL_SIGMAS = 3;

  private final SigmaSequence run;
  private final ProbabilityFlow flow;
  private final double initNoiseSigma;
  private final FirstStage first = new FirstStage();

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public Kdpm2Sampler(Kdpm2Config config, int numInferenceSteps) {
    run = run(config, numInferenceSteps);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
    initNoiseSigma = run.initNoiseSigma(config.timesteps().timestepSpacing());
  }

  /** Steps as diffusers makes them here: the model is told whole timesteps of Karras's sigmas. */
  static DiscreteSteps steps(
      DiscreteSchedulerConfig config, TimestepChoice timesteps, SigmaSpacing spacing, int n) {
    DiscreteSteps steps = DiscreteSteps.of(config, timesteps, n).spaced(spacing);
    return spacing.useKarrasSigmas() ? steps.withWholeTimesteps() : steps;
  }

  private static SigmaSequence run(Kdpm2Config config, int n) {
    DiscreteSteps steps = steps(config, config.timesteps(), config.sigmaSpacing(), n);
    double[] from = steps.sigmas();
    double[] to = steps.nextSigmas();
    double[] middles = new double[to.length];
    Arrays.setAll(middles, k -> middle(from[k], to[k]));
    return steps.twoStageRun(steps.timestepsOf(middles), FINAL_SIGMAS);
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
    return NoiseLevel.ofRatio(
        FirstStage.isAt(index) ? run.at(index) : middle(run.at(index - 1), run.at(index)));
  }

  @Override
  public float[] scaleModelInput(float[] sample, int index) {
    double sigma = run.at(index);
    return SigmaSequence.unitVariance(
        sample, FirstStage.isAt(index) ? sigma : middle(run.at(index - 1), sigma));
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = run.at(index);
    if (FirstStage.isAt(index)) {
      float[] derivative = flow.derivative(sample, modelOutput, sigma);
      first.keep(index, sample, derivative);
      return ProbabilityFlow.move(sample, derivative, middle(sigma, run.next(index)) - sigma);
    }
    first.requireBefore(index, sample.length);
    double from = run.at(index - 1);
    float[] derivative = flow.derivative(sample, modelOutput, middle(from, sigma));
    return ProbabilityFlow.move(first.sample(), derivative, sigma - from);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }

  /** The middle in log(sigma). */
  private static double middle(double sigma, double sigmaNext) {
    return Math.sqrt(sigma * sigmaNext);
  }
}
