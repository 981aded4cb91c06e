package org.diffusion4j.core.train;

import org.diffusion4j.core.check.Require;

/**
 * The learning rate as a function of the step, counted from 1.
 *
 * <p>It climbs in a straight line to {@code peak} at step {@code warmupSteps}. Then it stays, or
 * falls along half a cosine to {@code floor} at the last step (Loshchilov and Hutter 2017, "SGDR",
 * equation 5 without restarts).
 *
 * @param shape what follows the warm-up
 * @param peak the highest rate, positive
 * @param warmupSteps steps of the climb, from 0
 * @param floor the rate at the last step of {@link Shape#COSINE}, in [0, peak]
 */
public record LearningRateSchedule(Shape shape, double peak, long warmupSteps, double floor) {
  /** What follows the warm-up. */
  public enum Shape {
    CONSTANT,
    COSINE
  }

  public LearningRateSchedule {
    Require.positive("peak", peak);
    Require.notNegative("warmupSteps", warmupSteps);
    Require.that(
        floor >= 0 && floor <= peak, "floor", floor, "must be in [0, peak (=" + peak + ")]");
  }

  /** The same rate at every step. */
  public static LearningRateSchedule constant(double learningRate) {
    return new LearningRateSchedule(Shape.CONSTANT, learningRate, 0, learningRate);
  }

  /** Warm-up, then a cosine down to {@code floor}. */
  public static LearningRateSchedule cosine(double peak, long warmupSteps, double floor) {
    return new LearningRateSchedule(Shape.COSINE, peak, warmupSteps, floor);
  }

  /**
   * The rate of a step.
   *
   * @param step from 1
   * @param steps the number of steps of the training
   */
  public double at(long step, long steps) {
    Require.inRange("step", step, 1, steps);
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    if (shape == Shape.CONSTANT || steps <= warmupSteps) {
      return peak;
    }
    double progress = (double) (step - warmupSteps) / (steps - warmupSteps);
    return floor + (peak - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
  }
}
