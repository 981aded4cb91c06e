package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * Heun's method on the ODE dx/dsigma = v of flow matching, whose model predicts the velocity v =
 * eps - x0 (Karras et al. 2022, algorithm 1, on the straight lines of Lipman et al. 2023).
 *
 * <p>Each step but the last calls the model twice: at its beginning, which makes a first guess, and
 * at that guess, after which the step is made again with the mean of the two velocities. A method
 * of order 2.
 */
public final class FlowMatchHeunSampler implements Sampler {
  private final SigmaSequence run;
  private final FirstStage first = new FirstStage();

  /**
   * A run of 2 numInferenceSteps - 1 calls of the model.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  public FlowMatchHeunSampler(FlowMatchHeunConfig config, int numInferenceSteps) {
    double[] levels = config.flow().sigmas(numInferenceSteps);
    double[] sigmas = new double[2 * numInferenceSteps];
    // The first level and the final 0 once, the others twice.
    Arrays.setAll(sigmas, i -> i == sigmas.length - 1 ? 0 : levels[(i + 1) / 2]);
    double[] ofCalls = Arrays.copyOf(sigmas, sigmas.length - 1);
    run = new SigmaSequence(config.flow().timesteps(ofCalls), sigmas);
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
  public NoiseLevel level(int index) {
    return NoiseLevel.ofFlow(run.at(index));
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = run.at(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);
    if (FirstStage.isAt(index)) {
      first.keep(index, sample, modelOutput);
      return ProbabilityFlow.move(sample, modelOutput, run.next(index) - sigma);
    }
    first.requireBefore(index, sample.length);
    float[] mean = new float[sample.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (((double) first.derivative()[i] + modelOutput[i]) / 2);
    }
    return ProbabilityFlow.move(first.sample(), mean, sigma - run.at(index - 1));
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return level(index).mix(x0, noise);
  }
}
