package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of stages on the way up of {@link UNet2DModel}. */
public enum UNet2DUpBlockType {
  /** Residual blocks. */
  @JsonProperty("UpBlock2D")
  UP_BLOCK_2D,

  /** Residual blocks, each followed by attention between the pixels. */
  @JsonProperty("AttnUpBlock2D")
  ATTN_UP_BLOCK_2D
}
