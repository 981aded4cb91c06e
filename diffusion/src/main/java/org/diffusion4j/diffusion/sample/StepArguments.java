package org.diffusion4j.diffusion.sample;

/** The checks that every sampler's step makes. */
final class StepArguments {
  private StepArguments() {}

  static void requireOutputLength(float[] modelOutput, int length) {
    if (modelOutput.length != length) {
      throw new IllegalArgumentException(
          "length of modelOutput (=" + modelOutput.length + ") must be " + length);
    }
  }

  /** Standard normal values, of which there are as many as asked for. */
  static float[] draw(NoiseSource noise, int size) {
    float[] values = noise.next(size);
    if (values.length != size) {
      throw new IllegalArgumentException(
          "length of noise (=" + values.length + ") must be " + size);
    }
    return values;
  }
}
