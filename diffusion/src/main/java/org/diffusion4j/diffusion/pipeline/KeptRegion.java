package org.diffusion4j.diffusion.pipeline;

import org.diffusion4j.diffusion.sample.Sampler;

/** The part of an image that inpainting leaves as it is. */
final class KeptRegion {
  private final float[] mask;
  private final float[] x0;
  private final float[] noise;

  /**
   * @param mask by latent pixel, {@code h * w} values: 1 where the image is made anew, 0 where it
   *     stays
   * @param x0 the image's latents, {@code c * h * w} values
   * @param noise normal values, as many
   */
  KeptRegion(float[] mask, float[] x0, float[] noise) {
    this.mask = mask;
    this.x0 = x0;
    this.noise = noise;
  }

  /**
   * The latents after a step with the kept part as the image has it, as noisy as the rest.
   *
   * @param index of the step that was made
   */
  float[] restore(float[] latents, Sampler sampler, int index) {
    boolean last = index + 1 == sampler.timesteps().length;
    float[] original = last ? x0 : sampler.addNoise(x0, noise, index + 1);
    float[] restored = new float[latents.length];
    for (int i = 0; i < restored.length; i++) {
      float anew = mask[i % mask.length];
      restored[i] = (1 - anew) * original[i] + anew * latents[i];
    }
    return restored;
  }
}
