package org.diffusion4j.diffusion.schedule;

/** Weighted sums of arrays of one length. */
final class Combination {
  private Combination() {}

  /** {@code a x + b y}, computed in float64; a new array. */
  static float[] of(double a, float[] x, double b, float[] y) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (a * x[i] + b * y[i]);
    }
    return result;
  }
}
