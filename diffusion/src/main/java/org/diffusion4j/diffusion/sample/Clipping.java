package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.diffusion4j.core.check.Require;

/**
 * What keeps a predicted x0 in the range of the data.
 *
 * @param clipSample whether to clip x0
 * @param clipSampleRange the largest |x0| when clipping, above 0
 */
@RecordBuilder
public record Clipping(boolean clipSample, double clipSampleRange) implements ClippingBuilder.With {
  public static final Clipping NONE = new Clipping(false, 1);

  /** To [-1, 1], where pixels are. */
  public static final Clipping UNIT = new Clipping(true, 1);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public Clipping {
    Require.positive("clipSampleRange", clipSampleRange);
  }

  /** Changes x0 in place. */
  void apply(float[] x0) {
    if (clipSample) {
      clip(x0, (float) clipSampleRange);
    }
  }

  static void clip(float[] x0, float range) {
    for (int i = 0; i < x0.length; i++) {
      x0[i] = Math.min(Math.max(x0[i], -range), range);
    }
  }
}
