package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/**
 * The noise levels of flow matching, where a sample is (1 - sigma) x0 + sigma eps (Lipman et al.
 * 2023, Flow Matching for Generative Modeling).
 *
 * @param numTrainTimesteps what sigma is multiplied by for the model, positive
 * @param shift how far the noise levels of a run lie towards pure noise, above 0; evenly with 1
 *     (Esser et al. 2024, Scaling Rectified Flow Transformers, formula (23))
 */
@RecordBuilder
public record FlowSchedule(int numTrainTimesteps, double shift)
    implements FlowScheduleBuilder.With {

  /** The defaults of diffusers. */
  public static final FlowSchedule EVEN = new FlowSchedule(1000, 1);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public FlowSchedule {
    Require.positive("numTrainTimesteps", numTrainTimesteps, ModelLimits.TIMESTEPS);
    Require.positive("shift", shift);
  }

  /** The noise levels of a run, highest first. The lowest is shifted twice, as in diffusers. */
  double[] sigmas(int numInferenceSteps) {
    return shifted(numInferenceSteps, shifted(lowest(), shift), shift);
  }

  /** The noise levels of a run with another shift than that of the training, highest first. */
  double[] sigmas(int numInferenceSteps, double shift) {
    return shifted(numInferenceSteps, lowest(), shift);
  }

  private double lowest() {
    return 1.0 / numTrainTimesteps;
  }

  private static double[] shifted(int n, double lowest, double shift) {
    Require.inRange("numInferenceSteps", n, 1, StepArguments.MAX_STEPS);
    double[] sigmas = new double[n];
    Arrays.setAll(sigmas, i -> shifted(n == 1 ? 1 : 1 - i * (1 - lowest) / (n - 1), shift));
    return sigmas;
  }

  /** A noise level moved towards pure noise; itself with shift 1. */
  static double shifted(double sigma, double shift) {
    return shift * sigma / (1 + (shift - 1) * sigma);
  }

  /** What the model is told of noise levels. */
  double[] timesteps(double[] sigmas) {
    return Arrays.stream(sigmas).map(sigma -> sigma * numTrainTimesteps).toArray();
  }
}
