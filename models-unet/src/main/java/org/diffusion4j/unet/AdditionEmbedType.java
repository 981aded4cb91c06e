package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What else is added to the time embedding of {@link UNet2DConditionModel}. */
public enum AdditionEmbedType {
  /**
   * Two layers over the embedding of the whole text and the sinusoids of sizes (Podell et al. 2023,
   * section 2.2).
   */
  @JsonProperty("text_time")
  TEXT_TIME
}
