package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;

/**
 * Noise levels on the straight line x = (1 - sigma) x0 + sigma eps, for models of flow matching.
 *
 * @param useFlowSigmas whether the noise levels are these, not those of the betas
 * @param flowShift how far the levels move to high noise, above 0; 1 leaves them even
 * @param useDynamicShifting must be false: shifts that depend on the size of the image are not
 *     supported
 * @param timeShiftType how a dynamic shift moves the levels; has no effect
 */
@RecordBuilder
public record FlowSigmas(
    boolean useFlowSigmas,
    double flowShift,
    boolean useDynamicShifting,
    TimeShiftType timeShiftType)
    implements FlowSigmasBuilder.With {
  public static final FlowSigmas NONE = new FlowSigmas(false, 1, false, TimeShiftType.EXPONENTIAL);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if flowShift is not positive or useDynamicShifting is true
   * @throws NullPointerException if timeShiftType is null
   */
  public FlowSigmas {
    Require.positive("flowShift", flowShift);
    Require.that(
        !useDynamicShifting,
        "useDynamicShifting",
        true,
        "must be false: shifts that depend on the size of the image are not supported");
    Objects.requireNonNull(timeShiftType, "timeShiftType must not be null");
  }

  /** Checks that a model and a spacing go with these levels. */
  void check(PredictionType predictionType, SigmaSpacing sigmaSpacing) {
    if (!useFlowSigmas) {
      DataPrediction.check(predictionType);
      return;
    }
    Objects.requireNonNull(predictionType, "predictionType must not be null");
    Require.that(
        predictionType != PredictionType.V_PREDICTION,
        "predictionType",
        predictionType,
        "must not be the velocity of samples of unit variance, since useFlowSigmas is true");
    Require.that(
        sigmaSpacing.isOfTimesteps(),
        "useFlowSigmas",
        true,
        "must be false, since the sigmas have another spacing");
  }

  /** A noise level moved towards pure noise. */
  double shift(double sigma) {
    return FlowSchedule.shifted(sigma, flowShift);
  }
}
