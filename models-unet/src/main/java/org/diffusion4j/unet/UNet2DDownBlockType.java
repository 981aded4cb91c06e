package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of stages on the way down of {@link UNet2DModel}. */
public enum UNet2DDownBlockType {
  /** Residual blocks. */
  @JsonProperty("DownBlock2D")
  DOWN_BLOCK_2D,

  /** Residual blocks, each followed by attention between the pixels. */
  @JsonProperty("AttnDownBlock2D")
  ATTN_DOWN_BLOCK_2D
}
