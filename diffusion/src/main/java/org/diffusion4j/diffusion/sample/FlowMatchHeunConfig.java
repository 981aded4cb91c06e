package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;

/**
 * The config of diffusers' FlowMatchHeunDiscreteScheduler.
 *
 * @param flow the noise levels that the model was trained on
 */
@RecordBuilder
public record FlowMatchHeunConfig(@JsonUnwrapped FlowSchedule flow)
    implements SchedulerConfig, FlowMatchHeunConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final FlowMatchHeunConfig DEFAULTS = new FlowMatchHeunConfig(FlowSchedule.EVEN);

  /**
   * Checks that nothing is missing.
   *
   * @throws NullPointerException if flow is null
   */
  public FlowMatchHeunConfig {
    Objects.requireNonNull(flow, "flow must not be null");
  }

  @Override
  public FlowMatchHeunSampler sampler(int numInferenceSteps) {
    return new FlowMatchHeunSampler(this, numInferenceSteps);
  }
}
