package org.diffusion4j.core.train;

import java.io.Serial;

/** A training whose loss or gradients stopped being finite numbers. */
public final class DivergenceException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final long step;

  /** An exception of the given step, from 1. */
  public DivergenceException(long step, String message) {
    super(message);
    this.step = step;
  }

  /** The step at which it happened, from 1; its update was not applied. */
  public long step() {
    return step;
  }
}
