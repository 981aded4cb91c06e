package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/**
 * The timesteps that a consistency model was distilled on, of which a run takes some.
 *
 * @param originalInferenceSteps the steps of the sampler that the model learned to skip, positive
 * @param timestepScaling what a timestep is multiplied by in the scalings of the model's output,
 *     above 0; has no effect with TCD
 */
@RecordBuilder
public record ConsistencyTimesteps(int originalInferenceSteps, double timestepScaling)
    implements ConsistencyTimestepsBuilder.With {

  /** The defaults of diffusers. */
  public static final ConsistencyTimesteps DEFAULTS = new ConsistencyTimesteps(50, 10);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public ConsistencyTimesteps {
    Require.positive("originalInferenceSteps", originalInferenceSteps);
    Require.positive("timestepScaling", timestepScaling);
  }

  void requireAtMost(int numTrainTimesteps) {
    Require.atMost(
        "originalInferenceSteps", originalInferenceSteps, "numTrainTimesteps", numTrainTimesteps);
  }

  /**
   * A run over timesteps, about evenly among those of the distillation, from the highest down.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to originalInferenceSteps
   */
  NoisePath path(NoiseSchedule schedule, int numInferenceSteps) {
    Require.positive("numInferenceSteps", numInferenceSteps);
    Require.atMost(
        "numInferenceSteps", numInferenceSteps, "originalInferenceSteps", originalInferenceSteps);
    int skippingStep = schedule.numTrainTimesteps() / originalInferenceSteps;
    double stride = originalInferenceSteps / (double) numInferenceSteps;
    int[] timesteps = new int[numInferenceSteps];
    for (int i = 0; i < numInferenceSteps; i++) {
      timesteps[i] = (originalInferenceSteps - (int) (i * stride)) * skippingStep - 1;
    }
    return NoisePath.ofTimesteps(timesteps, schedule::level);
  }
}
