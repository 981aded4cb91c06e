package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How class labels become what is added to the time embedding, where it is not by a table. */
public enum ClassEmbedType {
  /** As the time does: sinusoids and two layers; labels are {@code [n]}. */
  @JsonProperty("timestep")
  TIMESTEP,

  /** Labels are embeddings already, {@code [n, timeEmbedDim]}. */
  @JsonProperty("identity")
  IDENTITY
}
