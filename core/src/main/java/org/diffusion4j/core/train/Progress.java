package org.diffusion4j.core.train;

import org.diffusion4j.core.check.Require;

/**
 * How far a training has come.
 *
 * @param step the number of steps done
 * @param elapsedSeconds time spent on them
 */
record Progress(long step, double elapsedSeconds) {
  Progress {
    Require.notNegative("step", step);
    Require.notNegative("elapsedSeconds", elapsedSeconds);
  }

  /** Before the first step. */
  static final Progress NONE = new Progress(0, 0);
}
