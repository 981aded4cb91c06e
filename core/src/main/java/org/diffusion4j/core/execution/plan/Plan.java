package org.diffusion4j.core.execution.plan;

import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Steps that are ready to run one after the other.
 *
 * @param arenaBytes the size of the memory that the steps share
 */
public record Plan(List<Step> steps, long arenaBytes) {

  public Plan {
    steps = List.copyOf(steps);
  }

  /** Runs all steps. */
  public void run() {
    for (Step step : steps) {
      step.work().run();
    }
  }

  /**
   * Runs all steps and takes the time of each.
   *
   * @param times is given the label of each step and its nanoseconds
   */
  public void run(ObjLongConsumer<String> times) {
    for (Step step : steps) {
      long began = System.nanoTime();
      step.work().run();
      times.accept(step.label(), System.nanoTime() - began);
    }
  }
}
