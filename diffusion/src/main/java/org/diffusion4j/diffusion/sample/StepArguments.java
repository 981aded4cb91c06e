package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;

/** The checks that every sampler's step makes. */
final class StepArguments {
  private StepArguments() {}

  static void requireOutputLength(float[] modelOutput, int length) {
    Require.that(
        modelOutput.length == length,
        "length of modelOutput",
        modelOutput.length,
        "must be " + length);
  }

  /**
   * Checks that a step that goes on from an earlier one comes after it.
   *
   * @param start the sample that the earlier one began with; empty if there is none
   */
  static void requireStart(float[] start, int index, int length) {
    Require.that(
        start.length == length, "index", index, "must follow the step before, on as long a sample");
  }

  /** Standard normal values, of which there are as many as asked for. */
  static float[] draw(NoiseSource noise, int size) {
    float[] values = noise.next(size);
    Require.that(values.length == size, "length of noise", values.length, "must be " + size);
    return values;
  }
}
