package org.diffusion4j.diffusion.pipeline;

import java.util.function.Function;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.diffusion4j.vae.LatentCodec;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The executors that one thread needs to make images. */
final class ImageWorker implements AutoCloseable {
  private final Function<LatentDenoiser.Shape, LatentDenoiser> newDenoiser;
  private final LatentCodec codec;
  private final LatentScaling scaling;

  /** For the shape that was asked for last. */
  private LatentDenoiser denoiser;

  ImageWorker(
      Function<LatentDenoiser.Shape, LatentDenoiser> newDenoiser,
      LatentCodec codec,
      LatentScaling scaling) {
    this.newDenoiser = newDenoiser;
    this.codec = codec;
    this.scaling = scaling;
  }

  /**
   * The U-Net given texts.
   *
   * @param latents the shape of the latents of one image, {@code [1, c, h, w]}
   * @param size of the image in pixels, height and width
   */
  ConditionedDenoiser given(TextConditions conditions, long[] latents, long[] size) {
    LatentDenoiser.Shape shape = LatentDenoiser.Shape.of(conditions, latents);
    if (denoiser == null || !denoiser.shape().equals(shape)) {
      closeDenoiser();
      denoiser = newDenoiser.apply(shape);
    }
    return denoiser.given(conditions, size);
  }

  /** The latents of an image. */
  synchronized LatentImage encode(INDArray image) {
    return new LatentImage(codec.encode(image), scaling);
  }

  /**
   * The image of latents as the U-Net sees them; also for other threads, which look at previews.
   */
  synchronized INDArray decode(INDArray latents) {
    try (INDArray unscaled = scaling.unscale(latents)) {
      return codec.decode(unscaled);
    }
  }

  private void closeDenoiser() {
    if (denoiser != null) {
      denoiser.close();
      denoiser = null;
    }
  }

  @Override
  public void close() {
    closeDenoiser();
    codec.close();
  }
}
