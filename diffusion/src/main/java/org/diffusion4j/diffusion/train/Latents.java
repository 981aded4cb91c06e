package org.diffusion4j.diffusion.train;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.diffusion4j.vae.LatentCodec;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The latent distributions of pictures, encoded once and kept on the Java heap. */
public final class Latents {
  /** Pixels that are encoded at a time: 64 pictures of 32x32, one of 256x256. */
  private static final int PIXELS_AT_A_TIME = 1 << 16;

  /** By picture, each [c*h*w]. */
  private final float[][] means;

  private final float[][] deviations;
  private final LatentScaling scaling;

  private Latents(float[][] means, float[][] deviations, LatentScaling scaling) {
    this.means = means;
    this.deviations = deviations;
    this.scaling = scaling;
  }

  /**
   * Encodes all pictures.
   *
   * @param weights of the autoencoder
   * @param encoded is told how many more pictures are encoded; an exception ends the encoding
   * @throws IllegalArgumentException if the pictures have other channels than the autoencoder, or
   *     sides that its downscale does not divide
   */
  public static Latents encode(
      AutoencoderKLConfig config,
      Weights weights,
      ImageDataSet images,
      Execution execution,
      IntConsumer encoded) {
    int size = images.size();
    int batch = Math.max(1, PIXELS_AT_A_TIME / (images.height() * images.width()));
    float[][] means = new float[size][];
    float[][] deviations = new float[size][];
    try (LatentCodec codec =
        new LatentCodec(
            new AutoencoderKL(config), weights, LatentCodec.Options.DEFAULTS, execution)) {
      for (int first = 0; first < size; first += batch) {
        int[] indices = IntStream.range(first, Math.min(size, first + batch)).toArray();
        try (INDArray pixels = images.images(indices)) {
          LatentCodec.Posterior posterior = codec.encode(pixels);
          for (int i = 0; i < indices.length; i++) {
            means[first + i] = row(posterior.mean(), i);
            deviations[first + i] = deviations(row(posterior.logVar(), i));
          }
        }
        encoded.accept(indices.length);
      }
    }
    return new Latents(means, deviations, new LatentScaling(config));
  }

  private static float[] row(INDArray batch, int i) {
    return batch.slice(i).dup('c').data().asFloat();
  }

  private static float[] deviations(float[] logVar) {
    float[] deviations = new float[logVar.length];
    for (int i = 0; i < logVar.length; i++) {
      deviations[i] = (float) Math.exp(0.5 * logVar[i]);
    }
    return deviations;
  }

  /** The standard deviation of unscaled samples around zero, over all pictures and values. */
  public double standardDeviation() {
    double sum = 0;
    long count = 0;
    for (int i = 0; i < means.length; i++) {
      for (int j = 0; j < means[i].length; j++) {
        sum += (double) means[i][j] * means[i][j] + (double) deviations[i][j] * deviations[i][j];
        count++;
      }
    }
    return Math.sqrt(sum / count);
  }

  /** A sample of one picture's latents, scaled for a diffusion model: {@code [c * h * w]}. */
  public float[] sample(int picture, Generator generator) {
    float[] mean = means[picture];
    float[] sample = generator.normal(mean.length);
    for (int i = 0; i < sample.length; i++) {
      sample[i] = mean[i] + deviations[picture][i] * sample[i];
    }
    return scaling.scale(sample);
  }
}
