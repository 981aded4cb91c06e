package org.diffusion4j.diffusion.sample;

/**
 * The multistep DPM-Solver++ (Lu et al. 2022) on samples x0 + sigma eps of an EDM model (Karras et
 * al. 2022).
 *
 * <p>On the ODE the error falls with the step size to the power of solverOrder, but to that of 2 at
 * most, as for {@link DpmSolverMultistepSampler}.
 */
public final class EdmDpmSolverMultistepSampler implements Sampler {
  private final NoisePath path;
  private final EdmPreconditioning preconditioning;
  private final DynamicThresholding dynamicThresholding;
  private final MultistepDpmSolver solver;

  /**
   * A run over the noise levels of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public EdmDpmSolverMultistepSampler(EdmDpmSolverMultistepConfig config, int numInferenceSteps) {
    path = config.edm().path(numInferenceSteps, config.finalSigmasType());
    preconditioning = config.edm().preconditioning(config.predictionType());
    dynamicThresholding = config.dynamicThresholding();
    solver = new MultistepDpmSolver(config.solver(), config.eulerAtFinal(), path);
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    float[] x0 = preconditioning.x0(sample, modelOutput, path.sigma(index));
    dynamicThresholding.apply(x0);
    return solver.step(x0, index, sample, noise);
  }
}
