package org.diffusion4j.diffusion.denoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClassifierFreeGuidanceTest {
  @Test
  void scaleOneIsTheConditionAlone() {
    assertArrayEquals(new float[] {5, 5}, guide(1, 0));
    assertFalse(new ClassifierFreeGuidance(1, 0).isActive());
    assertTrue(new ClassifierFreeGuidance(0, 0).isActive());
  }

  @Test
  void scaleZeroIgnoresTheCondition() {
    assertArrayEquals(new float[] {3, 7}, guide(0, 0));
  }

  @Test
  void aLargerScaleGoesBeyondTheCondition() {
    // 3 + 2.5 * (5 - 3) = 8 and 7 + 2.5 * (5 - 7) = 2.
    assertArrayEquals(new float[] {8, 2}, guide(2.5, 0));
  }

  @Test
  void rescalingGivesTheGuidedPredictionTheSpreadOfTheCondition() {
    // The guided prediction is (2, 10), of twice the spread of (1, 5).
    ClassifierFreeGuidance guidance = new ClassifierFreeGuidance(2, 1);
    assertArrayEquals(
        new float[] {1, 5}, guidance.guide(new float[] {0, 0}, new float[] {1, 5}), 1e-6f);
    // 0.5 * 0.5 + 0.5 = 0.75 of (2, 10).
    assertArrayEquals(
        new float[] {1.5f, 7.5f},
        new ClassifierFreeGuidance(2, 0.5).guide(new float[] {0, 0}, new float[] {1, 5}),
        1e-6f);
  }

  @Test
  void factorsOutOfRangeAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> guide(Double.NaN, 0));
    assertEquals("guidanceScale (=NaN) must be finite", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> guide(7, 1.5));
    assertEquals("guidanceRescale (=1.5) must be in [0, 1]", e.getMessage());
  }

  private static float[] guide(double scale, double rescale) {
    return new ClassifierFreeGuidance(scale, rescale).guide(new float[] {3, 7}, new float[] {5, 5});
  }
}
