package org.diffusion4j.vae;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of a decoder's stages. */
public enum UpDecoderBlockType {
  /** Residual blocks. */
  @JsonProperty("UpDecoderBlock2D")
  UP_DECODER_BLOCK_2D,

  /** Residual blocks, each followed by attention between the pixels. */
  @JsonProperty("AttnUpDecoderBlock2D")
  ATTN_UP_DECODER_BLOCK_2D
}
