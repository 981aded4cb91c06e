package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a model is told of the noise. */
public enum TimestepType {
  /** The training timestep. */
  @JsonProperty("discrete")
  DISCRETE,

  /** log(sigma) / 4 (Karras et al. 2022, table 1). */
  @JsonProperty("continuous")
  CONTINUOUS
}
