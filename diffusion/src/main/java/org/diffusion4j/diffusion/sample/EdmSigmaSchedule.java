package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the noise levels of an EDM model's run lie between the highest and the lowest. */
public enum EdmSigmaSchedule {
  /** Evenly in sigma^(1/rho) (Karras et al. 2022, formula (5)). */
  @JsonProperty("karras")
  KARRAS,

  /** Evenly in log(sigma). */
  @JsonProperty("exponential")
  EXPONENTIAL
}
