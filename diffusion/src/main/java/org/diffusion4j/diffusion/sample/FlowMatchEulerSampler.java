package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * Euler's method on the ODE dx/dsigma = v of flow matching, whose model predicts the velocity v =
 * eps - x0 (Liu et al. 2023, Flow Straight and Fast; Lipman et al. 2023, Flow Matching for
 * Generative Modeling), or new noise at each step instead of the predicted.
 *
 * <p>A method of order 1.
 */
public final class FlowMatchEulerSampler implements Sampler {
  private final FlowMatchEulerConfig config;
  private final NoisePath path;

  /**
   * A run with the fixed shift of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is positive, or with shiftTerminal at
   *     least 2, and if the config has dynamic shifting
   */
  public FlowMatchEulerSampler(FlowMatchEulerConfig config, int numInferenceSteps) {
    this(config, fixedShift(config, numInferenceSteps));
  }

  /**
   * A run with dynamic shifting.
   *
   * @param mu the shift for the size of the image (see {@link DynamicShifting#mu}), above 0 if it
   *     is the linear one
   * @throws IllegalArgumentException unless numInferenceSteps is positive, or with shiftTerminal at
   *     least 2, and if the config has no dynamic shifting or mu is out of its range
   */
  public FlowMatchEulerSampler(FlowMatchEulerConfig config, int numInferenceSteps, double mu) {
    this(config, dynamicShift(config, numInferenceSteps, mu));
  }

  private FlowMatchEulerSampler(FlowMatchEulerConfig config, double[] shifted) {
    this.config = config;
    double[] sigmas = config.sigmaSpacing().between(stretched(config, shifted));
    double[] timesteps = config.flow().timesteps(config.invertSigmas() ? inverted(sigmas) : sigmas);
    double[] withFinal = Arrays.copyOf(sigmas, sigmas.length + 1);
    path =
        NoisePath.ofSigmas(timesteps, withFinal, NoiseLevel::ofFlow)
            .telling(config.invertSigmas() ? inverted(withFinal) : withFinal);
  }

  private static double[] inverted(double[] sigmas) {
    return Arrays.stream(sigmas).map(sigma -> 1 - sigma).toArray();
  }

  private static double[] fixedShift(FlowMatchEulerConfig config, int numInferenceSteps) {
    Require.that(
        !config.dynamicShifting().useDynamicShifting(),
        "useDynamicShifting",
        true,
        "must be false for a run without mu");
    return config.flow().sigmas(numInferenceSteps);
  }

  private static double[] dynamicShift(
      FlowMatchEulerConfig config, int numInferenceSteps, double mu) {
    DynamicShifting shifting = config.dynamicShifting();
    Require.that(
        shifting.useDynamicShifting(),
        "useDynamicShifting",
        false,
        "must be true for a run with mu");
    double shift = shifting.timeShiftType().shift(mu);
    Require.that(
        shift > 0 && Double.isFinite(shift),
        "mu",
        mu,
        "must make a shift that is positive and finite, but makes " + shift);
    return config.flow().sigmas(numInferenceSteps, shift);
  }

  /** The noise levels, 1 minus which is scaled so that the last is shiftTerminal. */
  private static double[] stretched(FlowMatchEulerConfig config, double[] sigmas) {
    double terminal = config.shiftTerminal().orElse(0);
    if (terminal == 0) {
      return sigmas;
    }
    Require.that(
        sigmas.length > 1,
        "numInferenceSteps",
        sigmas.length,
        "must be at least 2 with shiftTerminal: the first noise level is 1");
    double scale = (1 - terminal) / (1 - sigmas[sigmas.length - 1]);
    return Arrays.stream(sigmas).map(sigma -> 1 - (1 - sigma) * scale).toArray();
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = path.sigma(index);
    double dSigma = path.nextSigma(index) - sigma;
    StepArguments.requireOutputLength(modelOutput, sample.length);
    if (config.stochasticSampling() && path.nextSigma(index) > 0) {
      float[] x0 = PredictionType.FLOW_PREDICTION.x0(sample, modelOutput, path.at(index));
      float[] z = StepArguments.draw(noise, sample.length);
      return NoiseLevel.ofFlow(path.nextSigma(index)).mix(x0, z);
    }
    return ProbabilityFlow.move(sample, modelOutput, config.invertSigmas() ? -dSigma : dSigma);
  }
}
