package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the class labels of {@link UNet2DConditionModel} become what is added to the time embedding,
 * where it is not by a table.
 */
public enum UNet2DConditionClassEmbedType {
  /** As the time does: sinusoids and two layers; labels are {@code [n]}. */
  @JsonProperty("timestep")
  TIMESTEP,

  /** Labels are embeddings already, {@code [n, timeEmbedDim]}. */
  @JsonProperty("identity")
  IDENTITY,

  /** Two layers; labels are {@code [n, projectionClassEmbeddingsInputDim]}. */
  @JsonProperty("projection")
  PROJECTION,

  /** One layer; labels are {@code [n, projectionClassEmbeddingsInputDim]}. */
  @JsonProperty("simple_projection")
  SIMPLE_PROJECTION
}
