package org.diffusion4j.diffusion.sample;

/**
 * The multistep DPM-Solver and DPM-Solver++, for the ODE or with noise for the SDE (Lu et al. 2022,
 * DPM-Solver++, algorithm 2).
 *
 * <p>On the ODE the error falls with the step size to the power of solverOrder, but to that of 2 at
 * most: the first step of a run is of order 1, and order 3 is that of diffusers, which halves the
 * weight of the second derivative. The last step is of order 1 if it takes all noise away.
 *
 * <p>With noise, order 3 differs from diffusers, where a constant in the weight of the second
 * derivative has the wrong sign.
 */
public final class DpmSolverMultistepSampler implements Sampler {
  private final NoisePath path;
  private final SolverOutput output;
  private final MultistepDpmSolver solver;

  /**
   * A run over noise levels in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to below numTrainTimesteps,
   *     with trailing spacing to numTrainTimesteps, and leaves noise to take away in every step
   */
  public DpmSolverMultistepSampler(DpmSolverMultistepConfig config, int numInferenceSteps) {
    path = config.path(numInferenceSteps);
    output = config.output();
    solver = new MultistepDpmSolver(config.solver(), config.eulerAtFinal(), path);
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    float[] m = output.of(sample, modelOutput, path.at(index));
    return solver.step(m, index, sample, noise);
  }
}
