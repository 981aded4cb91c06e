package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

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
   */
  SigmaSequence(double[] timesteps, double[] sigmas) {
    Require.atMost("timesteps", timesteps.length, "sigmas less one", sigmas.length - 1);
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

  private static float[] unitVariance(float[] sample, double sigma) {
    double alpha = NoiseLevel.ofRatio(sigma).alpha();
    float[] scaled = new float[sample.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (alpha * sample[i]);
    }
    return scaled;
  }
}
