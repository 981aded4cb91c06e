package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of stages on the way up of {@link UNet2DConditionModel}. */
public enum UpBlockType {
  /** Residual blocks. */
  @JsonProperty("UpBlock2D")
  UP_BLOCK_2D,

  /** Residual blocks, each followed by a transformer. */
  @JsonProperty("CrossAttnUpBlock2D")
  CROSS_ATTN_UP_BLOCK_2D
}
