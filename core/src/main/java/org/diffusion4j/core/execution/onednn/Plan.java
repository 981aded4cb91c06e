package org.diffusion4j.core.execution.onednn;

import java.util.List;

/** Steps that are ready to run one after the other. */
final class Plan {
  private final List<Step> steps;
  private final long arenaBytes;

  Plan(List<Step> steps, long arenaBytes) {
    this.steps = steps;
    this.arenaBytes = arenaBytes;
  }

  /** The size of the memory that the steps share. */
  long arenaBytes() {
    return arenaBytes;
  }

  /** The number of steps. */
  int size() {
    return steps.size();
  }

  /** Runs all steps. */
  void run() {
    for (Step step : steps) {
      step.work().run();
    }
  }

  /** Runs all steps and takes the time of each. */
  void run(StepTimes times) {
    for (Step step : steps) {
      long began = System.nanoTime();
      step.work().run();
      times.add(step.label(), System.nanoTime() - began);
    }
  }
}
