package org.diffusion4j.diffusion.denoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ClassifierFreeGuidanceTest {
  private static final ConditionedDenoiser NETWORK =
      (sample, t) -> new float[][] {{sample[0] + 1, 7}, {sample[0] + 3, 5}};

  @Test
  void scaleOneIsTheConditionAlone() {
    assertArrayEquals(new float[] {5, 5}, predict(1));
  }

  @Test
  void scaleZeroIgnoresTheCondition() {
    assertArrayEquals(new float[] {3, 7}, predict(0));
  }

  @Test
  void aLargerScaleGoesBeyondTheCondition() {
    // 3 + 2.5 * (5 - 3) = 8 and 7 + 2.5 * (5 - 7) = 2.
    assertArrayEquals(new float[] {8, 2}, predict(2.5));
  }

  @Test
  void scaleMustBeFinite() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> predict(Double.NaN));
    assertEquals("guidanceScale (=NaN) must be finite", e.getMessage());
  }

  private static float[] predict(double scale) {
    return new ClassifierFreeGuidance(NETWORK, scale).predict(new float[] {2}, 11);
  }
}
