package org.diffusion4j.diffusion.denoise;

/** What a network predicts for one image: its noise, velocity or clean values. */
@FunctionalInterface
public interface Denoiser {
  /**
   * The prediction.
   *
   * @param sample the noisy image's values
   * @param timestep the time that it was noised to
   * @return as many values
   */
  float[] predict(float[] sample, double timestep);
}
