package org.diffusion4j.diffusion.schedule;

import org.diffusion4j.core.check.Require;

/**
 * The forward process x_t = sqrt(alphaCumprod_t) x0 + sqrt(1 - alphaCumprod_t) eps over the
 * training timesteps 0 to numTrainTimesteps - 1 (Ho et al. 2020, formula (4)).
 */
public final class NoiseSchedule {
  /** In place of an alphaCumprod of 0; the least number above 0 in float16. */
  private static final float MIN_ALPHA_CUMPROD = 0x1p-24f;

  private final float[] betas;
  private final float[] alphasCumprod;

  /**
   * The process with the given forward variances.
   *
   * @param betas [numTrainTimesteps], each in (0, 1]
   * @throws IllegalArgumentException if there is none, one is out of range, or the first is so
   *     small that float32 loses it
   */
  public NoiseSchedule(float[] betas) {
    Require.positive("number of betas", betas.length);
    for (int t = 0; t < betas.length; t++) {
      Require.that(
          betas[t] > 0 && betas[t] <= 1, "betas[" + t + "]", betas[t], "must be in (0, 1]");
    }
    this.betas = betas.clone();
    alphasCumprod = cumulativeProduct(betas);
    Require.that(
        alphasCumprod[0] < 1,
        "betas[0]",
        betas[0],
        "must be so large that 1 - betas[0] is below 1 in float32");
  }

  private NoiseSchedule(float[] betas, float[] alphasCumprod) {
    this.betas = betas;
    this.alphasCumprod = alphasCumprod;
  }

  /** The products of all alphas up to each timestep, accumulated in float64 as torch does. */
  private static float[] cumulativeProduct(float[] betas) {
    float[] products = new float[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      products[t] = (float) product;
    }
    return products;
  }

  /**
   * The process rescaled so that the last timestep is pure noise (Lin et al. 2024, algorithm 1).
   *
   * @throws IllegalArgumentException if there is one timestep only
   */
  public NoiseSchedule withZeroTerminalSnr() {
    int n = betas.length;
    Require.that(n >= 2, "numTrainTimesteps", n, "must be at least 2 to rescale betas to zero SNR");
    // 1. Shift sqrt(alphaCumprod) so that the last is zero, scale so that the first is as before.
    float first = (float) Math.sqrt(alphasCumprod[0]);
    float last = (float) Math.sqrt(alphasCumprod[n - 1]);
    float scale = first / (first - last);
    float[] rescaled = new float[n];
    for (int t = 0; t < n; t++) {
      float root = ((float) Math.sqrt(alphasCumprod[t]) - last) * scale;
      rescaled[t] = root * root;
    }
    // 2. Back to betas.
    float[] rescaledBetas = new float[n];
    for (int t = 0; t < n; t++) {
      rescaledBetas[t] = 1 - (t == 0 ? rescaled[0] : rescaled[t] / rescaled[t - 1]);
    }
    return new NoiseSchedule(rescaledBetas);
  }

  /**
   * The process with a trace of signal, alphaCumprod 2^-24, in place of pure noise: for samplers
   * that measure noise in units of the signal.
   */
  public NoiseSchedule withFiniteSigmas() {
    float[] finite = alphasCumprod();
    for (int t = 0; t < finite.length; t++) {
      finite[t] = finite[t] == 0 ? MIN_ALPHA_CUMPROD : finite[t];
    }
    return new NoiseSchedule(betas, finite);
  }

  /** The number of timesteps that a model is trained on. */
  public int numTrainTimesteps() {
    return betas.length;
  }

  /** The variance of each forward step, [numTrainTimesteps]; a copy. */
  public float[] betas() {
    return betas.clone();
  }

  /** The share of x0 in the variance of x_t, [numTrainTimesteps], falling; a copy. */
  public float[] alphasCumprod() {
    return alphasCumprod.clone();
  }

  /**
   * The share of x0 in the variance of x_t, in [0, 1).
   *
   * @throws IllegalArgumentException if t is not a training timestep
   */
  public double alphaCumprod(int t) {
    Require.inRange("timestep", t, 0, betas.length - 1);
    return alphasCumprod[t];
  }

  /** The signal-to-noise ratio alphaCumprod_t / (1 - alphaCumprod_t). */
  public double snr(int t) {
    double a = alphaCumprod(t);
    return a / (1 - a);
  }

  /**
   * How much signal and noise x_t has.
   *
   * @throws IllegalArgumentException if t is not a training timestep
   */
  public NoiseLevel level(int t) {
    return NoiseLevel.ofAlphaCumprod(alphaCumprod(t));
  }

  /**
   * x_t: a clean sample with noise, a new array.
   *
   * @throws IllegalArgumentException if t is not a training timestep or the lengths differ
   */
  public float[] addNoise(float[] x0, float[] noise, int t) {
    return level(t).mix(x0, noise);
  }

  /**
   * The target of v-prediction, sqrt(a) noise - sqrt(1 - a) x0, a new array.
   *
   * @throws IllegalArgumentException if t is not a training timestep or the lengths differ
   */
  public float[] velocity(float[] x0, float[] noise, int t) {
    NoiseLevel level = level(t);
    Require.equal("length of noise", noise.length, "length of x0", x0.length);
    return Combination.of(-level.sigma(), x0, level.alpha(), noise);
  }
}
