package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import org.diffusion4j.core.check.Require;

/**
 * Dynamic thresholding of a predicted x0 (Saharia et al. 2022, Imagen, 2.3): values beyond a
 * quantile are clipped to it, and all are scaled back to [-1, 1]. For pixels, not for latents.
 *
 * @param thresholding whether to do so
 * @param dynamicThresholdingRatio the quantile of |x0| that becomes the threshold, in [0, 1]
 * @param sampleMaxValue the highest threshold, at least 1
 */
@RecordBuilder
public record DynamicThresholding(
    boolean thresholding, double dynamicThresholdingRatio, double sampleMaxValue)
    implements DynamicThresholdingBuilder.With {
  public static final DynamicThresholding NONE = new DynamicThresholding(false, 0.995, 1);

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public DynamicThresholding {
    Require.fraction("dynamicThresholdingRatio", dynamicThresholdingRatio);
    Require.that(sampleMaxValue >= 1, "sampleMaxValue", sampleMaxValue, "must be at least 1");
  }

  /** Changes x0 in place. */
  void apply(float[] x0) {
    if (thresholding) {
      float threshold = (float) Math.min(Math.max(quantile(x0), 1), sampleMaxValue);
      Clipping.clip(x0, threshold);
      for (int i = 0; i < x0.length; i++) {
        x0[i] /= threshold;
      }
    }
  }

  /** The quantile of |x0|, interpolated linearly between the two nearest values. */
  private double quantile(float[] x0) {
    float[] sorted = new float[x0.length];
    for (int i = 0; i < x0.length; i++) {
      sorted[i] = Math.abs(x0[i]);
    }
    Arrays.sort(sorted);
    double rank = dynamicThresholdingRatio * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
