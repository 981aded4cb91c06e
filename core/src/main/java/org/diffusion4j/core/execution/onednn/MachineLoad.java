package org.diffusion4j.core.execution.onednn;

/**
 * Whether processors are busy, by looks at how many threads wait for one.
 *
 * <p>A single look says little: threads come and go within microseconds. The average of the newest
 * looks counts, {@code average += (look - average) / 5}, and processors must be clearly idle before
 * they are no longer busy, so that the answer does not flicker.
 */
final class MachineLoad {
  /** How much the newest look counts in the average. */
  private static final double WEIGHT = 0.2;

  /** So many waiting threads, on average, are a busy machine. */
  private static final double BUSY = 0.6;

  /** So few are an idle one. */
  private static final double IDLE = 0.3;

  private double average;
  private boolean busy;

  /**
   * Counts a look.
   *
   * @param waiting how many threads wait for a processor; negative for processors that idle
   * @return whether the machine is busy
   */
  boolean isBusyAfter(double waiting) {
    average += WEIGHT * (waiting - average);
    busy = average > (busy ? IDLE : BUSY);
    return busy;
  }
}
