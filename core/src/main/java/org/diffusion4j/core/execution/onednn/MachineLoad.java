package org.diffusion4j.core.execution.onednn;

/**
 * Whether a machine is busy, by looks at the threads that want to run.
 *
 * <p>A single look says little: threads come and go within microseconds. The average of the newest
 * looks counts, {@code average += (look - average) / 5}, and a machine must be clearly idle before
 * it is no longer busy, so that the answer does not flicker.
 */
final class MachineLoad {
  /** How much the newest look counts in the average. */
  private static final double WEIGHT = 0.2;

  /** So many more threads than processors, on average, are a busy machine. */
  private static final double BUSY = 0.6;

  /** So few more are an idle one. */
  private static final double IDLE = 0.3;

  private final int processors;
  private double average;
  private boolean busy;

  /** An idle machine, all of whose processors have something to do. */
  MachineLoad(int processors) {
    this.processors = processors;
    this.average = processors;
  }

  /**
   * Counts a look.
   *
   * @param running how many threads run or want to
   * @return whether the machine is busy
   */
  boolean isBusyAfter(int running) {
    average += WEIGHT * (running - average);
    busy = average > processors + (busy ? IDLE : BUSY);
    return busy;
  }
}
