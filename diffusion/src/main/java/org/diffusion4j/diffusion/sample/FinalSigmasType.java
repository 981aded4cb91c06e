package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.diffusion.schedule.SigmaTable;

/** The noise that the last step leaves. */
public enum FinalSigmasType {
  /** None. */
  @JsonProperty("zero")
  ZERO,

  /** That of the first training timestep. */
  @JsonProperty("sigma_min")
  SIGMA_MIN;

  double sigma(SigmaTable table) {
    return this == ZERO ? 0 : table.min();
  }
}
