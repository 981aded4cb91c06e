package org.diffusion4j.unet;

/** The kinds of stages on the way down. */
public enum DownBlockType {
  /** {@code DownBlock2D}: residual blocks. */
  DOWN_BLOCK_2D,
  /** {@code CrossAttnDownBlock2D}: residual blocks, each followed by a transformer. */
  CROSS_ATTN_DOWN_BLOCK_2D;

  boolean hasCrossAttention() {
    return this == CROSS_ATTN_DOWN_BLOCK_2D;
  }
}
