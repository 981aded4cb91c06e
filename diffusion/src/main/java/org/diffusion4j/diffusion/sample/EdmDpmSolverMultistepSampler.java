package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * The multistep DPM-Solver++ (Lu et al. 2022) on samples x0 + sigma eps of an EDM model (Karras et
 * al. 2022).
 *
 * <p>On the ODE the error falls with the step size to the power of solverOrder, but to that of 2 at
 * most, as for {@link DpmSolverMultistepSampler}.
 */
public final class EdmDpmSolverMultistepSampler implements Sampler {
  private final LevelSequence run;
  private final EdmPreconditioning preconditioning;
  private final DynamicThresholding dynamicThresholding;
  private final MultistepDpmSolver solver;
  private final double initNoiseSigma;

  /**
   * A run over the noise levels of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public EdmDpmSolverMultistepSampler(EdmDpmSolverMultistepConfig config, int numInferenceSteps) {
    SigmaSequence steps = config.edm().run(numInferenceSteps, config.finalSigmasType());
    run =
        new LevelSequence(
            steps.timesteps(),
            steps.sigmas(),
            steps.next(numInferenceSteps - 1),
            sigma -> new NoiseLevel(1, sigma));
    preconditioning = config.edm().preconditioning(config.predictionType());
    dynamicThresholding = config.dynamicThresholding();
    boolean endsWithFirstOrder =
        config.eulerAtFinal() || config.finalSigmasType() == FinalSigmasType.ZERO;
    solver = new MultistepDpmSolver(config.solver(), endsWithFirstOrder, run);
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
    return preconditioning.level(run.at(index).sigma());
  }

  @Override
  public float[] scaleModelInput(float[] sample, int index) {
    return preconditioning.modelInput(sample, run.at(index).sigma());
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    float[] x0 = preconditioning.x0(sample, modelOutput, run.at(index).sigma());
    dynamicThresholding.apply(x0);
    return solver.step(x0, index, sample, noise);
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}
