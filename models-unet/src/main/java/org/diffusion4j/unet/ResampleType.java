package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a stage with attention changes the size at its end. */
public enum ResampleType {
  /** By a convolution. */
  @JsonProperty("conv")
  CONV,

  /** By a residual block. */
  @JsonProperty("resnet")
  RESNET
}
