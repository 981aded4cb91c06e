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
  private final NoisePath path;
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
    path = NoisePath.ofSigmas(config.flow().timesteps(ofCalls), sigmas, NoiseLevel::ofFlow);
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
    double sigma = path.sigma(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);
    if (FirstStage.isAt(index)) {
      return first.move(index, sample, modelOutput, path.nextSigma(index) - sigma);
    }
    first.requireBefore(index, sample.length);
    return first.moveByMean(modelOutput, sigma - path.sigma(index - 1));
  }
}
