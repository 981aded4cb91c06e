package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.OptionalDouble;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;

/**
 * The config of diffusers' FlowMatchEulerDiscreteScheduler.
 *
 * @param flow the noise levels that the model was trained on
 * @param dynamicShifting whether they are shifted by the size of the image instead
 * @param shiftTerminal the lowest noise level, in (0, 1), to which the others are stretched; empty
 *     or 0 to leave them as they are
 * @param sigmaSpacing how the noise levels of a run lie between the highest and the lowest
 * @param invertSigmas whether the model counts sigma from the noise to the data
 * @param stochasticSampling whether a step takes new noise in place of the predicted; not with
 *     invertSigmas
 */
@RecordBuilder
public record FlowMatchEulerConfig(
    @JsonUnwrapped FlowSchedule flow,
    @JsonUnwrapped DynamicShifting dynamicShifting,
    OptionalDouble shiftTerminal,
    @JsonUnwrapped SigmaSpacing sigmaSpacing,
    boolean invertSigmas,
    boolean stochasticSampling)
    implements SchedulerConfig, FlowMatchEulerConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final FlowMatchEulerConfig DEFAULTS =
      new FlowMatchEulerConfig(
          FlowSchedule.EVEN,
          DynamicShifting.NONE,
          OptionalDouble.empty(),
          SigmaSpacing.TIMESTEPS,
          false,
          false);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public FlowMatchEulerConfig {
    shiftTerminal.ifPresent(sigma -> Require.properFraction("shiftTerminal", sigma));
    Require.that(
        !(stochasticSampling && invertSigmas),
        "stochasticSampling",
        true,
        "must be false, since invertSigmas is true");
  }

  /**
   * A new run with the fixed shift.
   *
   * @throws IllegalArgumentException if numInferenceSteps is not positive, or with dynamic
   *     shifting, which asks for {@link FlowMatchEulerSampler#FlowMatchEulerSampler(
   *     FlowMatchEulerConfig, int, double)}
   */
  @Override
  public FlowMatchEulerSampler sampler(int numInferenceSteps) {
    return new FlowMatchEulerSampler(this, numInferenceSteps);
  }
}
