package org.diffusion4j.vae;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From an autoencoder's latents z to what a diffusion model sees, and back.
 *
 * <pre>
 * x = (z - m) k,  z = x / k + m,  k = f / s
 * </pre>
 *
 * <p>f is the scaling factor (Rombach et al. 2022, section D.1). With {@code latents_mean} and
 * {@code latents_std}, m and s are theirs by channel; else m is the shift factor, or 0, and s is 1.
 */
public final class LatentScaling {
  /** k, {@code [1, c, 1, 1]}. */
  private final INDArray factor;

  /** m, {@code [1, c, 1, 1]}. */
  private final INDArray mean;

  /** The scaling that a model's config asks for. */
  public LatentScaling(AutoencoderKLConfig config) {
    int channels = config.latentChannels();
    double[] factors = new double[channels];
    double[] means = new double[channels];
    for (int c = 0; c < channels; c++) {
      factors[c] =
          config.scalingFactor()
              / (config.latentsStd().isPresent() ? config.latentsStd().get().get(c) : 1);
      means[c] =
          config.latentsMean().isPresent()
              ? config.latentsMean().get().get(c)
              : config.shiftFactor().orElse(0);
    }
    this.factor = perChannel(factors);
    this.mean = perChannel(means);
  }

  private static INDArray perChannel(double[] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(1, values.length, 1, 1);
  }

  /**
   * What a diffusion model sees.
   *
   * @param latents {@code [n, c, h, w]} of the autoencoder
   * @return an array of its own, of the same shape
   */
  public INDArray scale(INDArray latents) {
    return latents.sub(mean).muli(factor);
  }

  /**
   * The autoencoder's latents.
   *
   * @param scaled {@code [n, c, h, w]} of a diffusion model
   * @return an array of its own, of the same shape
   */
  public INDArray unscale(INDArray scaled) {
    return scaled.div(factor).addi(mean);
  }
}
