package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * The noise levels of a run on samples x0 + sigma eps, whose variance falls from step to step
 * (Karras et al. 2022).
 *
 * <p>A model that was trained on samples of unit variance is called on the sample divided by
 * sqrt(sigma^2 + 1).
 */
final class SigmaSequence {
  private final double[] timesteps;
  private final double[] sigmas;

  /**
   * A run of so many steps as there are timesteps.
   *
   * @param sigmas that of each timestep and that which the last step leads to; any more are only
   *     told
   * @throws IllegalArgumentException if a sigma is negative, infinite or above the one before
   */
  SigmaSequence(double[] timesteps, double[] sigmas) {
    Require.atMost("timesteps", timesteps.length, "sigmas less one", sigmas.length - 1);
    double limit = Double.MAX_VALUE;
    for (int i = 0; i < sigmas.length; i++) {
      Require.notNegative("sigmas[" + i + "]", sigmas[i]);
      Require.that(
          sigmas[i] <= limit,
          "sigmas[" + i + "]",
          sigmas[i],
          "must be at most the one before (=" + limit + ")");
      limit = sigmas[i];
    }
    this.timesteps = timesteps;
    this.sigmas = sigmas;
  }

  double[] timesteps() {
    return timesteps.clone();
  }

  double[] sigmas() {
    return sigmas.clone();
  }

  int steps() {
    return timesteps.length;
  }

  /** The sigma before the step at an index, which is checked. */
  double at(int index) {
    Require.inRange("index", index, 0, timesteps.length - 1);
    return sigmas[index];
  }

  /** The sigma that the step at an index leads to. */
  double next(int index) {
    return sigmas[index + 1];
  }

  /** What a sample has once it is scaled for the model. */
  NoiseLevel level(int index) {
    return NoiseLevel.ofRatio(at(index));
  }

  /**
   * The standard deviation of the noise that a run over timesteps starts from: leading spacing does
   * not begin at pure noise.
   */
  double initNoiseSigma(TimestepSpacing spacing) {
    return spacing == TimestepSpacing.LEADING ? Math.hypot(sigmas[0], 1) : sigmas[0];
  }

  float[] scaleModelInput(float[] sample, int index) {
    return unitVariance(sample, at(index));
  }

  float[] addNoise(float[] x0, float[] noise, int index) {
    return new NoiseLevel(1, at(index)).mix(x0, noise);
  }

  /**
   * The x0 that a model's output amounts to.
   *
   * @param sample x0 + sigma eps
   */
  static float[] x0(DataPrediction prediction, float[] sample, float[] modelOutput, double sigma) {
    return prediction.x0(unitVariance(sample, sigma), modelOutput, NoiseLevel.ofRatio(sigma));
  }

  /** The sample x0 + sigma eps, divided by sqrt(sigma^2 + 1); a new array. */
  static float[] unitVariance(float[] sample, double sigma) {
    double alpha = NoiseLevel.ofRatio(sigma).alpha();
    float[] scaled = new float[sample.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (alpha * sample[i]);
    }
    return scaled;
  }
}
