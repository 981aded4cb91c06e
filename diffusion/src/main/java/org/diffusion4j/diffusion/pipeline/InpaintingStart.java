package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;

/** From an image of which a part is made anew. */
final class InpaintingStart implements LatentStart {
  private final Optional<LatentImage> image;
  private final Optional<LatentImage> masked;
  private final int size;
  private final float[] mask;
  private final int steps;
  private final double strength;

  /**
   * @param image the whole image; needed but for a run from noise whose U-Net sees the mask
   * @param masked the image with the part in the middle gray, for a U-Net that sees it and the mask
   * @param size the number of latent values of an image
   * @param mask by latent pixel, 1 or 0
   * @param steps of the whole run
   * @param strength at 1 the part is made from noise alone
   */
  InpaintingStart(
      Optional<LatentImage> image,
      Optional<LatentImage> masked,
      int size,
      float[] mask,
      int steps,
      double strength) {
    this.image = image;
    this.masked = masked;
    this.size = size;
    this.mask = mask;
    this.steps = steps;
    this.strength = strength;
  }

  @Override
  public LatentRun begin(Sampler sampler, NoiseSource noise, Optional<float[]> latents) {
    boolean fromNoise = strength == 1;
    int first = LatentStart.firstIndex(sampler, steps, strength);
    // Everything is drawn where diffusers draws it, so that one seed gives one image.
    float[] x0 = image.map(whole -> whole.sample(noise)).orElse(new float[0]);
    float[] eps = latents.orElseGet(() -> noise.next(size));
    float[] start = fromNoise ? LatentStart.scaled(eps, sampler) : sampler.addNoise(x0, eps, first);
    float[] maskedLatents =
        masked.map(part -> part.sample(noise)).orElseGet(() -> noise.next(size));
    LatentRun run = LatentRun.from(first, start);
    return masked.isPresent()
        ? run.seeing(LatentRun.joined(mask, maskedLatents))
        : run.keeping(new KeptRegion(mask, x0, eps));
  }
}
