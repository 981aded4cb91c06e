package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;

/** From an image of which a part is made anew. */
final class InpaintingStart implements LatentStart {
  private final LatentImage image;
  private final LatentImage masked;
  private final float[] mask;
  private final boolean seen;
  private final int steps;
  private final double strength;

  /**
   * @param image the whole image
   * @param masked the image with the part in the middle gray
   * @param mask by latent pixel, 1 or 0
   * @param seen whether the U-Net sees mask and masked image as further channels
   * @param steps of the whole run
   * @param strength at 1 the part is made from noise alone
   */
  InpaintingStart(
      LatentImage image,
      LatentImage masked,
      float[] mask,
      boolean seen,
      int steps,
      double strength) {
    this.image = image;
    this.masked = masked;
    this.mask = mask;
    this.seen = seen;
    this.steps = steps;
    this.strength = strength;
  }

  @Override
  public LatentRun begin(Sampler sampler, NoiseSource noise, Optional<float[]> latents) {
    boolean fromNoise = strength == 1;
    int first = LatentStart.firstIndex(sampler, steps, strength);
    // Everything is drawn where diffusers draws it, so that one seed gives one image.
    float[] x0 = seen && fromNoise ? new float[0] : image.sample(noise);
    float[] eps = latents.orElseGet(() -> noise.next(image.size()));
    float[] start = fromNoise ? LatentStart.scaled(eps, sampler) : sampler.addNoise(x0, eps, first);
    float[] maskedLatents = masked.sample(noise);
    LatentRun run = LatentRun.from(first, start);
    return seen
        ? run.seeing(LatentRun.joined(mask, maskedLatents))
        : run.keeping(new KeptRegion(mask, x0, eps));
  }
}
