package org.diffusion4j.diffusion.sample;

import java.util.Optional;

/**
 * The diffusion exponential integrator sampler with a polynomial in log(rho), rho = sigma / alpha
 * (Zhang and Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator).
 *
 * <p>The noise eps of earlier steps is extrapolated, x_t / alpha_t = x_s / alpha_s + integral of
 * eps d(rho). In lambda = -log(rho) that is an exponential integrator.
 *
 * <p>The error falls with the step size to the power of solverOrder, but for what the first steps
 * of lower order leave. The noise of the lowest training timestep stays.
 */
public final class DeisSampler implements Sampler {
  private final DeisConfig config;
  private final NoisePath path;
  private final SolverOutput output;
  private final OutputHistory history;

  /**
   * A run over noise levels in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to below numTrainTimesteps,
   *     with trailing spacing to numTrainTimesteps, and leaves noise to take away in every step
   */
  public DeisSampler(DeisConfig config, int numInferenceSteps) {
    this.config = config;
    LevelChoice choice =
        new LevelChoice(
            config.noiseSchedule(),
            config.timesteps(),
            config.betas().numTrainTimesteps(),
            numInferenceSteps);
    path = choice.spaced(config.sigmaSpacing(), choice.table().min());
    output =
        new SolverOutput(
            config.predictionType(), config.dynamicThresholding(), false, Optional.empty());
    history = new OutputHistory(config.solverOrder());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    history.add(output.of(sample, modelOutput, path.at(index)), path.at(index).lambda());
    ExponentialStep step = ExponentialStep.of(AlgorithmType.DEIS, path.at(index), path.next(index));
    boolean isShort = path.steps() < MultistepDpmSolver.FEW_STEPS;
    int order = history.order(path, index, config.lowerOrderFinal() && isShort);
    return step.apply(sample, history.integral(step, order)).toFloats();
  }
}
