package org.diffusion4j.diffusion.sample;

import java.util.function.IntToDoubleFunction;

/** The polynomial through values at some nodes, in Lagrange's form. */
final class Lagrange {
  private Lagrange() {}

  /**
   * The weights of the values in the integral of the polynomial, times a function K(s), from 0 to
   * 1; exact.
   *
   * @param nodes where the values are, in s; all different
   * @param moment the integral of K(s) s^k for each k
   */
  static double[] weights(double[] nodes, IntToDoubleFunction moment) {
    double[] weights = new double[nodes.length];
    for (int k = 0; k < nodes.length; k++) {
      double[] coefficients = coefficients(nodes, k);
      for (int i = 0; i < nodes.length; i++) {
        weights[k] += coefficients[i] * moment.applyAsDouble(i);
      }
    }
    return weights;
  }

  /** The coefficients, that of s^0 first, of the polynomial that is 1 at node k, else 0. */
  private static double[] coefficients(double[] nodes, int k) {
    double[] coefficients = new double[nodes.length];
    coefficients[0] = 1;
    for (int j = 0; j < nodes.length; j++) {
      if (j == k) {
        continue;
      }
      double scale = 1 / (nodes[k] - nodes[j]);
      for (int i = nodes.length - 1; i >= 0; i--) {
        double lower = i > 0 ? coefficients[i - 1] : 0;
        coefficients[i] = scale * (lower - nodes[j] * coefficients[i]);
      }
    }
    return coefficients;
  }
}
