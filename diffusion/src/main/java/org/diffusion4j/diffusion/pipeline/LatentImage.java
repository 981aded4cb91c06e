package org.diffusion4j.diffusion.pipeline;

import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.vae.LatentCodec;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An image as the autoencoder sees it: the distribution of its latents.
 *
 * @param posterior of one image
 */
record LatentImage(LatentCodec.Posterior posterior, LatentScaling scaling) {

  /** The number of values. */
  int size() {
    return Math.toIntExact(posterior.mean().length());
  }

  /** Latents of the image, scaled as the U-Net sees them. */
  float[] sample(NoiseSource noise) {
    float[] eps = noise.next(size());
    try (INDArray values = Nd4j.create(eps, posterior.mean().shape(), 'c');
        INDArray latents = posterior.sample(values);
        INDArray scaled = scaling.scale(latents)) {
      return scaled.dup('c').data().asFloat();
    }
  }
}
