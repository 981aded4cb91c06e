package org.diffusion4j.diffusion.sample;

/** A weighted sum of arrays of one length, in float64. */
final class WeightedSum {
  private final double[] sum;

  private WeightedSum(double[] sum) {
    this.sum = sum;
  }

  static WeightedSum of(double weight, float[] values) {
    return new WeightedSum(new double[values.length]).plus(weight, values);
  }

  /** (a - b) / distance. */
  static WeightedSum slope(float[] a, float[] b, double distance) {
    return of(1 / distance, a).plus(-1 / distance, b);
  }

  /** (a - b) / distance. */
  static WeightedSum slope(WeightedSum a, WeightedSum b, double distance) {
    return new WeightedSum(new double[a.sum.length]).plus(1 / distance, a).plus(-1 / distance, b);
  }

  /** Adds to this sum. */
  WeightedSum plus(double weight, float[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * values[i];
    }
    return this;
  }

  /** Adds to this sum. */
  WeightedSum plus(double weight, WeightedSum values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * values.sum[i];
    }
    return this;
  }

  float[] toFloats() {
    float[] values = new float[sum.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) sum[i];
    }
    return values;
  }
}
