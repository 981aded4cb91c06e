package org.diffusion4j.vae;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of an encoder's stages. */
public enum DownEncoderBlockType {
  /** Residual blocks. */
  @JsonProperty("DownEncoderBlock2D")
  DOWN_ENCODER_BLOCK_2D,

  /** Residual blocks, each followed by attention between the pixels. */
  @JsonProperty("AttnDownEncoderBlock2D")
  ATTN_DOWN_ENCODER_BLOCK_2D
}
