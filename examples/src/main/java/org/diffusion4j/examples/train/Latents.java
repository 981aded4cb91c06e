package org.diffusion4j.examples.train;

import java.util.stream.IntStream;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.diffusion4j.vae.LatentCodec;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The latent distributions of a data set, encoded once. */
final class Latents {
  /** Pictures that the spread of the latents is measured on. */
  private static final int SAMPLE = 2000;

  private static final int BATCH = 50;

  /** By picture, each [c*h*w]. */
  private final float[][] means;

  private final float[][] deviations;

  private final LatentScaling scaling;

  private Latents(float[][] means, float[][] deviations, LatentScaling scaling) {
    this.means = means;
    this.deviations = deviations;
    this.scaling = scaling;
  }

  /** How many pictures of a data set to measure the spread of the latents on. */
  static int sampleSize(ImageDataSet images) {
    return Math.min(SAMPLE, images.size());
  }

  /** Encodes all pictures. */
  static Latents encode(AutoencoderKLConfig config, Weights weights, ImageDataSet images) {
    int size = images.size();
    float[][] means = new float[size][];
    float[][] deviations = new float[size][];
    try (LatentCodec codec = new LatentCodec(new AutoencoderKL(config), weights)) {
      for (int first = 0; first < size; first += BATCH) {
        int[] indices = IntStream.range(first, Math.min(size, first + BATCH)).toArray();
        LatentCodec.Posterior posterior = codec.encode(images.images(indices));
        for (int i = 0; i < indices.length; i++) {
          means[first + i] = row(posterior.mean(), i);
          deviations[first + i] = deviations(row(posterior.logVar(), i));
        }
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

  /** The standard deviation of samples around zero, over all pictures and values. */
  double standardDeviation() {
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

  /** A sample of one picture's latents, scaled for a diffusion model. */
  float[] sample(int picture, Generator generator) {
    float[] mean = means[picture];
    float[] sample = generator.normal(mean.length);
    for (int i = 0; i < sample.length; i++) {
      sample[i] = mean[i] + deviations[picture][i] * sample[i];
    }
    return scaling.scale(sample);
  }
}
