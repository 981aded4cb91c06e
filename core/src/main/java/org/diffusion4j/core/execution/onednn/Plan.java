package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Set;

/** Steps that are ready to run one after the other. */
final class Plan {
  private final List<Step> steps;
  private final long arenaBytes;
  private final Set<String> references;

  Plan(List<Step> steps, long arenaBytes, Set<String> references) {
    this.steps = steps;
    this.arenaBytes = arenaBytes;
    this.references = references;
  }

  /**
   * The steps on more than a few values that oneDNN has nothing but its slow reference code for, by
   * what they are for.
   */
  Set<String> references() {
    return references;
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
