package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of the time before the layers that embed it. */
public enum TimeEmbeddingType {
  /** Sinusoids of fixed frequencies. */
  @JsonProperty("positional")
  POSITIONAL,

  /**
   * Random Fourier features of noise levels; the prediction is divided by the level (Song et al.
   * 2021).
   */
  @JsonProperty("fourier")
  FOURIER
}
