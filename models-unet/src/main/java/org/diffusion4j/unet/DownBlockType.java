package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of stages on the way down. */
public enum DownBlockType {
  /** Residual blocks. */
  @JsonProperty("DownBlock2D")
  DOWN_BLOCK_2D,

  /** Residual blocks, each followed by a transformer. */
  @JsonProperty("CrossAttnDownBlock2D")
  CROSS_ATTN_DOWN_BLOCK_2D;

  boolean hasCrossAttention() {
    return this == CROSS_ATTN_DOWN_BLOCK_2D;
  }

  /** What diffusers calls the stage of the way up at the same height. */
  String upBlockType() {
    return hasCrossAttention() ? "CrossAttnUpBlock2D" : "UpBlock2D";
  }
}
