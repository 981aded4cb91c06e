package org.diffusion4j.diffusion.sample;

/** Euler's step of the probability flow ODE (Karras et al. 2022, formula (1) with sigma(t) = t). */
final class EulerStep {
  private EulerStep() {}

  /**
   * The sample at the next noise level; a new array.
   *
   * @param sample x0 + sigma eps
   * @param x0 what the model takes for the clean sample
   */
  static float[] of(float[] sample, float[] x0, double sigma, double next) {
    double dt = next - sigma;
    float[] nextSample = new float[sample.length];
    for (int i = 0; i < nextSample.length; i++) {
      double derivative = ((double) sample[i] - x0[i]) / sigma;
      nextSample[i] = (float) (sample[i] + derivative * dt);
    }
    return nextSample;
  }
}
