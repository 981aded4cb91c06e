package org.diffusion4j.vae;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;
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
  /** k by channel. */
  private final double[] factors;

  /** m by channel. */
  private final double[] means;

  /** k, {@code [1, c, 1, 1]}. */
  private final INDArray factor;

  /** m, {@code [1, c, 1, 1]}. */
  private final INDArray mean;

  /** The scaling that a model's config asks for. */
  public LatentScaling(AutoencoderKLConfig config) {
    int channels = config.latentChannels();
    this.factors = new double[channels];
    this.means = new double[channels];
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

  /** The scaling that a model's config asks for, which is by the scaling factor alone. */
  public LatentScaling(VQModelConfig config) {
    this.factors = new double[config.embedDim()];
    this.means = new double[config.embedDim()];
    Arrays.fill(factors, config.scalingFactor());
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
   * What a diffusion model sees of one image.
   *
   * @param latents {@code [c * h * w]} of the autoencoder
   * @return an array of its own, of the same length
   */
  public float[] scale(float[] latents) {
    Require.divisible("length of latents", latents.length, "latentChannels", means.length);
    float[] scaled = new float[latents.length];
    int pixels = latents.length / means.length;
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) ((latents[i] - means[i / pixels]) * factors[i / pixels]);
    }
    return scaled;
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
