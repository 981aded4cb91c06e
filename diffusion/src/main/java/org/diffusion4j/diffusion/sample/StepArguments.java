package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;

/** The checks that every sampler's step makes. */
final class StepArguments {
  /** Where no number of training timesteps limits a run: far above what is of use. */
  static final int MAX_STEPS = 1 << 16;

  private StepArguments() {}

  static void requireOutputLength(float[] modelOutput, int length) {
    Require.that(
        modelOutput.length == length,
        "length of modelOutput",
        modelOutput.length,
        "must be " + length);
  }

  /** Standard normal values, of which there are as many as asked for. */
  static float[] draw(NoiseSource noise, int size) {
    float[] values = noise.next(size);
    Require.that(values.length == size, "length of noise", values.length, "must be " + size);
    return values;
  }
}
