package org.diffusion4j.core.train;

/**
 * How a training ended.
 *
 * @param outcome whether all steps are done
 * @param step the number of steps done
 * @param loss of the last step of this run; NaN if it did none
 */
public record TrainingResult(Outcome outcome, long step, double loss) {
  /** Whether all steps are done. */
  public enum Outcome {
    COMPLETED,
    CANCELLED
  }
}
