package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sizes of a model's images and of their latents.
 *
 * @param imageChannels 1 for gray, 3 for RGB
 * @param downscale pixels by the side of a latent pixel
 * @param latentChannels of what is decoded
 * @param inChannels of what the U-Net is given: latentChannels, or for inpainting as many again and
 *     one for the mask
 * @param sampleSize the size of the latents that the model was trained at, if it says so
 */
public record LatentGeometry(
    int imageChannels,
    int downscale,
    int latentChannels,
    int inChannels,
    Optional<SampleSize> sampleSize) {

  /**
   * Checks that autoencoder and U-Net fit each other.
   *
   * @throws IllegalArgumentException if the U-Net is given other channels than there are
   */
  public LatentGeometry {
    Require.that(
        inChannels == latentChannels || inChannels == 2 * latentChannels + 1,
        "in_channels of the U-Net",
        inChannels,
        "must be the latent_channels of the autoencoder (="
            + latentChannels
            + "), or for inpainting twice as many and 1");
  }

  static LatentGeometry of(AutoencoderKLConfig vae, UNet2DConditionConfig unet) {
    Require.equal(
        "out_channels of the autoencoder", vae.outChannels(), "in_channels", vae.inChannels());
    Require.that(!unet.hasClasses(), "class embedding of the U-Net", true, "must not be there");
    return new LatentGeometry(
        vae.inChannels(),
        vae.downscale(),
        vae.latentChannels(),
        unet.inChannels(),
        unet.sampleSize());
  }

  /** Whether the U-Net was trained for inpainting, so that it sees mask and masked image. */
  public boolean seesMask() {
    return inChannels != latentChannels;
  }

  /**
   * The size of a task's images in pixels.
   *
   * @return height and width
   * @throws IllegalArgumentException if it is not divisible by {@code downscale} or is not known,
   *     if the image has other channels or if the U-Net was not trained for the task
   */
  long[] size(Task task) {
    if (task instanceof Task.TextToImage text) {
      requirePlain("text to image");
      return new long[] {
        side("height", text.height(), sampleSize.map(SampleSize::height)),
        side("width", text.width(), sampleSize.map(SampleSize::width))
      };
    } else if (task instanceof Task.ImageToImage from) {
      requirePlain("image to image");
      return size(from.image());
    }
    return size(((Task.Inpainting) task).image());
  }

  private void requirePlain(String task) {
    Require.that(
        !seesMask(),
        "in_channels of the U-Net",
        inChannels,
        "must be " + latentChannels + " for " + task + ": this model is for inpainting alone");
  }

  private long[] size(INDArray image) {
    Require.equal("channels of image", image.size(1), "those of the model", imageChannels);
    requireDivisible("height", image.size(2));
    requireDivisible("width", image.size(3));
    return new long[] {image.size(2), image.size(3)};
  }

  private long side(String name, OptionalInt asked, Optional<Integer> trained) {
    if (asked.isPresent()) {
      requireDivisible(name, asked.getAsInt());
      return asked.getAsInt();
    }
    return (long) downscale
        * trained.orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + " must be given: the U-Net's config has no sample_size"));
  }

  private void requireDivisible(String name, long pixels) {
    Require.that(pixels % downscale == 0, name, pixels, "must be divisible by " + downscale);
  }

  /** The shape of the latents of one image, {@code [1, c, h, w]}. */
  long[] latentShape(long[] size) {
    return new long[] {1, latentChannels, size[0] / downscale, size[1] / downscale};
  }
}
