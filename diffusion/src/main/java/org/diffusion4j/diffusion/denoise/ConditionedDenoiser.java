package org.diffusion4j.diffusion.denoise;

/** What a network predicts for one image under each of several conditions, in one run. */
@FunctionalInterface
public interface ConditionedDenoiser {
  /**
   * The predictions.
   *
   * @param sample the noisy image's values
   * @param timestep the time that it was noised to
   * @return for each condition as many values
   */
  float[][] predict(float[] sample, double timestep);
}
