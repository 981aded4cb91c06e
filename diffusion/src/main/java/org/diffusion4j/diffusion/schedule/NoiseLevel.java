package org.diffusion4j.diffusion.schedule;

import org.diffusion4j.core.check.Require;

/**
 * How much signal and how much noise a sample has: x = alpha x0 + sigma eps.
 *
 * @param alpha the factor of the clean sample, at least 0
 * @param sigma the factor of the noise, at least 0
 */
public record NoiseLevel(double alpha, double sigma) {

  /** Checks the factors. */
  public NoiseLevel {
    Require.notNegative("alpha", alpha);
    Require.notNegative("sigma", sigma);
  }

  /**
   * Of unit variance: x = sqrt(a) x0 + sqrt(1 - a) eps.
   *
   * @param alphaCumprod a, in [0, 1]
   */
  public static NoiseLevel ofAlphaCumprod(double alphaCumprod) {
    return new NoiseLevel(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod));
  }

  /**
   * Of unit variance, with the noise that x0 + ratio eps has when it is scaled to it.
   *
   * @param ratio sigma / alpha, at least 0
   */
  public static NoiseLevel ofRatio(double ratio) {
    double alpha = 1 / Math.sqrt(ratio * ratio + 1);
    return new NoiseLevel(alpha, ratio * alpha);
  }

  /**
   * On the straight line of flow matching: x = (1 - sigma) x0 + sigma eps.
   *
   * @param sigma in [0, 1]
   */
  public static NoiseLevel ofFlow(double sigma) {
    return new NoiseLevel(1 - sigma, sigma);
  }

  /**
   * Half the logarithm of the signal-to-noise ratio, log(alpha / sigma); infinite without noise.
   */
  public double lambda() {
    return Math.log(alpha) - Math.log(sigma);
  }

  /** A clean sample with noise; a new array. */
  public float[] mix(float[] x0, float[] noise) {
    Require.equal("length of noise", noise.length, "length of x0", x0.length);
    return Combination.of(alpha, x0, sigma, noise);
  }
}
