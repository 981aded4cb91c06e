package org.diffusion4j.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ModelLimitsTest {
  @Test
  void modelsHaveABound() {
    ModelLimits.requireBlocks("layers", 1024);
    ModelLimits.requireParameters(1L << 36);
    assertProblem(
        "layers (=1025) must be at most 1024", () -> ModelLimits.requireBlocks("layers", 1025));
    assertProblem(
        "number of parameters (=68719476737 or more) must be at most 68719476736",
        () -> ModelLimits.requireParameters((1L << 36) + 1));
  }

  @Test
  void samplesHaveABound() {
    assertEquals(16_384, SampleSize.of(16_384).height());
    assertProblem(
        "width of sampleSize (=16385) must be at most 16384", () -> new SampleSize(3, 16_385));
  }

  private static void assertProblem(String problem, Runnable broken) {
    assertEquals(problem, assertThrows(IllegalArgumentException.class, broken::run).getMessage());
  }
}
