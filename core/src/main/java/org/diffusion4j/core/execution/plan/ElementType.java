package org.diffusion4j.core.execution.plan;

/** What the values of a {@link View} are. */
public enum ElementType {
  F32(4),
  BF16(2),
  /** Ids. */
  S64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of a value. */
  public int bytes() {
    return bytes;
  }
}
