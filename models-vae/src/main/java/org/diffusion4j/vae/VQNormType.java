package org.diffusion4j.vae;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the decoder of a {@link VQModel} normalizes. */
public enum VQNormType {
  /** By group norms. */
  @JsonProperty("group")
  GROUP
}
