package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where the sigmas of timesteps between those of the training lie. */
public enum InterpolationType {
  /** On the line between their neighbours. */
  @JsonProperty("linear")
  LINEAR,

  /** Evenly in log(sigma) from the highest to the lowest, whatever the timesteps are. */
  @JsonProperty("log_linear")
  LOG_LINEAR
}
