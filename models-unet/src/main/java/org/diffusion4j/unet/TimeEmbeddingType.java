package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of the time before the layers that embed it. */
public enum TimeEmbeddingType {
  /** Sinusoids of fixed frequencies. */
  @JsonProperty("positional")
  POSITIONAL
}
