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

  private final NoisePath path;
  private final ProbabilityFlow flow;
  private final FirstStage first = new FirstStage();

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public Kdpm2Sampler(Kdpm2Config config, int numInferenceSteps) {
    DiscreteSteps steps =
        steps(config, config.timesteps(), config.sigmaSpacing(), numInferenceSteps);
    double[] from = steps.sigmas();
    double[] to = steps.nextSigmas();
    double[] middles = new double[to.length];
    // The middle in log(sigma).
    Arrays.setAll(middles, k -> Math.sqrt(from[k] * to[k]));
    path = steps.twoStagePath(middles, FINAL_SIGMAS);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
  }

  /** Steps as diffusers makes them here: the model is told whole timesteps of Karras's sigmas. */
  static DiscreteSteps steps(
      DiscreteSchedulerConfig config, TimestepChoice timesteps, SigmaSpacing spacing, int n) {
    DiscreteSteps steps = DiscreteSteps.of(config, timesteps, n).spaced(spacing);
    return spacing.useKarrasSigmas() ? steps.withWholeTimesteps() : steps;
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
    float[] derivative = flow.derivative(sample, modelOutput, path.sigma(index));
    if (FirstStage.isAt(index)) {
      return first.move(index, sample, derivative, path.nextSigma(index) - path.sigma(index));
    }
    first.requireBefore(index, sample.length);
    double dSigma = path.nextSigma(index) - path.sigma(index - 1);
    return ProbabilityFlow.move(first.sample(), derivative, dSigma);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    NoiseLevel level = FirstStage.isAt(index) ? path.at(index) : path.next(index);
    return level.mix(x0, noise);
  }
}
