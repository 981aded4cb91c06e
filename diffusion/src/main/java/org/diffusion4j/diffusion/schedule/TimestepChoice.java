package org.diffusion4j.diffusion.schedule;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.Objects;
import org.diffusion4j.core.check.Require;

/**
 * How a run chooses some of the timesteps that a model was trained on.
 *
 * @param timestepSpacing which ones
 * @param stepsOffset what leading spacing adds to every timestep, at least 0; the others take no
 *     account of it
 */
@RecordBuilder
public record TimestepChoice(TimestepSpacing timestepSpacing, int stepsOffset)
    implements TimestepChoiceBuilder.With {

  public static final TimestepChoice LEADING = new TimestepChoice(TimestepSpacing.LEADING, 0);
  public static final TimestepChoice LINSPACE = new TimestepChoice(TimestepSpacing.LINSPACE, 0);
  public static final TimestepChoice TRAILING = new TimestepChoice(TimestepSpacing.TRAILING, 0);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if stepsOffset is negative
   * @throws NullPointerException if timestepSpacing is null
   */
  public TimestepChoice {
    Objects.requireNonNull(timestepSpacing, "timestepSpacing must not be null");
    Require.notNegative("stepsOffset", stepsOffset);
  }

  /**
   * The timesteps of a run, highest first, [numInferenceSteps], whole, in [0, numTrainTimesteps).
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps and
   *     the offset leaves all timesteps below numTrainTimesteps
   */
  public int[] timesteps(int numTrainTimesteps, int numInferenceSteps) {
    return Arrays.stream(fractionalTimesteps(numTrainTimesteps, numInferenceSteps))
        .mapToInt(t -> (int) Math.rint(t))
        .toArray();
  }

  /**
   * The same, but linspace's timesteps lie between those of the training where even spacing says
   * so.
   */
  public double[] fractionalTimesteps(int numTrainTimesteps, int numInferenceSteps) {
    Require.positive("numInferenceSteps", numInferenceSteps);
    Require.atMost("numInferenceSteps", numInferenceSteps, "numTrainTimesteps", numTrainTimesteps);
    double[] timesteps = new double[numInferenceSteps];
    for (int i = 0; i < numInferenceSteps; i++) {
      double t = timestepSpacing.timestep(i, numTrainTimesteps, numInferenceSteps, stepsOffset);
      if (t < 0 || t >= numTrainTimesteps) {
        throw new IllegalArgumentException(
            "stepsOffset (="
                + stepsOffset
                + ") must leave all timesteps below numTrainTimesteps (="
                + numTrainTimesteps
                + "), but with numInferenceSteps "
                + numInferenceSteps
                + " makes "
                + (long) t);
      }
      timesteps[numInferenceSteps - 1 - i] = t;
    }
    return timesteps;
  }
}
