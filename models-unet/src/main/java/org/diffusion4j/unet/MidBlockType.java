package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of middles of {@link UNet2DConditionModel}. */
public enum MidBlockType {
  /** Residual block, transformer, residual block. */
  @JsonProperty("UNetMidBlock2DCrossAttn")
  UNET_MID_BLOCK_2D_CROSS_ATTN
}
