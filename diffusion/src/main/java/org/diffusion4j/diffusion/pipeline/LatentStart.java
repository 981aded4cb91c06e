package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;

/** What all images of a request begin from. */
@FunctionalInterface
interface LatentStart {
  /**
   * The beginning of one image's run.
   *
   * @param noise of this image; drawn from in diffusers' order
   * @param latents the normal values to begin with; empty to draw them
   * @throws IllegalArgumentException if the strength leaves no step
   */
  LatentRun begin(Sampler sampler, NoiseSource noise, Optional<float[]> latents);

  /** From noise alone. */
  static LatentStart noise(int size) {
    return (sampler, noise, latents) ->
        LatentRun.from(0, scaled(latents.orElseGet(() -> noise.next(size)), sampler));
  }

  /** From a noisy image. */
  static LatentStart image(LatentImage image, int steps, double strength) {
    return (sampler, noise, latents) -> {
      int first = firstIndex(sampler, steps, strength);
      float[] x0 = image.sample(noise);
      float[] eps = latents.orElseGet(() -> noise.next(x0.length));
      return LatentRun.from(first, sampler.addNoise(x0, eps, first));
    };
  }

  /** Normal values as noisy as a run begins. */
  static float[] scaled(float[] noise, Sampler sampler) {
    float[] latents = noise.clone();
    for (int i = 0; i < latents.length; i++) {
      latents[i] *= (float) sampler.initNoiseSigma();
    }
    return latents;
  }

  /** The index at which the last {@code floor(steps strength)} steps begin. */
  static int firstIndex(Sampler sampler, int steps, double strength) {
    int kept = (int) Math.min(steps * strength, steps);
    if (kept == 0) {
      throw new IllegalArgumentException(
          "strength (=" + strength + ") must leave at least one of " + steps + " steps");
    }
    return sampler.indexOfStep(steps - kept);
  }
}
