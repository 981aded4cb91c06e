package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of stages on the way down of {@link UNet2DConditionModel}. */
public enum DownBlockType {
  /** Residual blocks. */
  @JsonProperty("DownBlock2D")
  DOWN_BLOCK_2D,

  /** Residual blocks, each followed by a transformer. */
  @JsonProperty("CrossAttnDownBlock2D")
  CROSS_ATTN_DOWN_BLOCK_2D;

  /** The stage of the way up at the same height. */
  UpBlockType mirrored() {
    return switch (this) {
      case DOWN_BLOCK_2D -> UpBlockType.UP_BLOCK_2D;
      case CROSS_ATTN_DOWN_BLOCK_2D -> UpBlockType.CROSS_ATTN_UP_BLOCK_2D;
    };
  }
}
