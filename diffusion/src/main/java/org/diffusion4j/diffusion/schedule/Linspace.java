package org.diffusion4j.diffusion.schedule;

/** Evenly spaced float32 values, rounded as torch rounds them. */
final class Linspace {
  /** The float32 values in one of the AVX2 vectors with which torch fills the array. */
  private static final int LANES = 8;

  private Linspace() {}

  /**
   * {@code torch.linspace(start, end, steps, dtype=float32)} on a CPU.
   *
   * <p>torch computes the first value of a vector from the nearer end and adds multiples of the
   * step, and pairs of vectors are followed by single values. The last bit matters: rescaling to
   * zero terminal SNR divides neighbouring values near zero and makes a thousandth of it.
   */
  static float[] of(double start, double end, int steps) {
    float first = (float) start;
    float last = (float) end;
    if (steps == 1) {
      return new float[] {first};
    }
    float step = (last - first) / (steps - 1);
    float[] values = new float[steps];
    int inVectors = steps - steps % (2 * LANES);
    for (int i = 0; i < steps; i++) {
      int lane = i < inVectors ? i % LANES : 0;
      int base = i - lane;
      float value =
          base < steps / 2
              ? Math.fma(step, (float) base, first)
              : Math.fma(-step, (float) (steps - 1 - base), last);
      values[i] = Math.fma(step, (float) lane, value);
    }
    return values;
  }
}
