package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The config of diffusers' EDMEulerScheduler.
 *
 * @param edm the noise that the model was trained on
 * @param predictionType what the model predicts: epsilon or v_prediction
 * @param finalSigmasType the noise that the last step leaves
 */
@RecordBuilder
public record EdmEulerConfig(
    @JsonUnwrapped EdmSchedule edm, PredictionType predictionType, FinalSigmasType finalSigmasType)
    implements SchedulerConfig, EdmEulerConfigBuilder.With {

  /** The defaults of diffusers. */
  public static final EdmEulerConfig DEFAULTS =
      new EdmEulerConfig(EdmSchedule.KARRAS, PredictionType.EPSILON, FinalSigmasType.ZERO);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if predictionType is another
   * @throws NullPointerException if a field is null
   */
  public EdmEulerConfig {
    edm.preconditioning(predictionType);
    Objects.requireNonNull(finalSigmasType, "finalSigmasType must not be null");
  }

  @Override
  public EdmEulerSampler sampler(int numInferenceSteps) {
    return new EdmEulerSampler(this, numInferenceSteps, Churn.NONE);
  }
}
