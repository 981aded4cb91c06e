package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The noise that the last step leaves. */
public enum FinalSigmasType {
  /** None. */
  @JsonProperty("zero")
  ZERO,

  /** That of the first training timestep. */
  @JsonProperty("sigma_min")
  SIGMA_MIN;

  /**
   * The sigma that the last step leads to.
   *
   * @param sigmaMin the lowest that the model was trained on
   */
  double sigma(double sigmaMin) {
    return this == ZERO ? 0 : sigmaMin;
  }
}
