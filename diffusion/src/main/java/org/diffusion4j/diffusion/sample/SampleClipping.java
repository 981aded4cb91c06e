package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;

/**
 * What keeps a predicted x0 in the range of the data.
 *
 * @param thresholding whether to do dynamic thresholding (Saharia et al. 2022, Imagen, 2.3), which
 *     takes the place of clipping
 * @param dynamicThresholdingRatio the quantile of |x0| that becomes the threshold, in [0, 1]
 * @param sampleMaxValue the highest threshold, at least 1
 * @param clipSample whether to clip x0
 * @param clipSampleRange the largest |x0| when clipping, above 0
 */
record SampleClipping(
    boolean thresholding,
    double dynamicThresholdingRatio,
    double sampleMaxValue,
    boolean clipSample,
    double clipSampleRange) {

  SampleClipping {
    check(dynamicThresholdingRatio, sampleMaxValue, clipSampleRange);
  }

  /** Throws an IllegalArgumentException if a value is out of its range. */
  static void check(
      double dynamicThresholdingRatio, double sampleMaxValue, double clipSampleRange) {
    Require.fraction("dynamicThresholdingRatio", dynamicThresholdingRatio);
    Require.that(sampleMaxValue >= 1, "sampleMaxValue", sampleMaxValue, "must be at least 1");
    Require.positive("clipSampleRange", clipSampleRange);
  }

  /** Changes x0 in place. */
  void apply(float[] x0) {
    if (thresholding) {
      float threshold = (float) Math.min(Math.max(quantile(x0), 1), sampleMaxValue);
      clip(x0, threshold);
      for (int i = 0; i < x0.length; i++) {
        x0[i] /= threshold;
      }
    } else if (clipSample) {
      clip(x0, (float) clipSampleRange);
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

  private static void clip(float[] x0, float range) {
    for (int i = 0; i < x0.length; i++) {
      x0[i] = Math.min(Math.max(x0[i], -range), range);
    }
  }
}
