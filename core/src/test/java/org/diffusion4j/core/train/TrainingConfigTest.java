package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TrainingConfigTest {
  private final TrainingConfig config = TrainingConfig.of(11, 2, 1e-3, 7);

  @Test
  void namesWhatIsOutOfRange() {
    var steps =
        assertThrows(IllegalArgumentException.class, () -> TrainingConfig.of(0, 2, 1e-3, 7));
    assertEquals("steps (=0) must be positive", steps.getMessage());
    assertThrows(IllegalArgumentException.class, () -> TrainingConfig.of(11, 0, 1e-3, 7));
    assertThrows(IllegalArgumentException.class, () -> TrainingConfig.of(11, 2, Double.NaN, 7));
    assertThrows(IllegalArgumentException.class, () -> config.withMaxGradientNorm(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> config.withCheckpointEvery(0));
    var warmup =
        assertThrows(
            IllegalArgumentException.class,
            () -> config.withLearningRate(LearningRateSchedule.cosine(1e-3, 13, 0)));
    assertEquals("warmupSteps (=13) must be at most steps (=11)", warmup.getMessage());
  }

  @Test
  void withersChangeOneThing() {
    AdamW.Config optimizer = new AdamW.Config(0.5, 0.7, 1e-3, 0);
    TrainingConfig changed =
        config
            .withCheckpointEvery(3)
            .withMaxGradientNorm(5)
            .withEma(EmaDecay.of(0.5))
            .withOptimizer(optimizer)
            .withLearningRate(LearningRateSchedule.cosine(1, 2, 0));
    TrainingConfig expected =
        new TrainingConfig(
            11, 2, 7, LearningRateSchedule.cosine(1, 2, 0), optimizer, 5, EmaDecay.of(0.5), 3);
    assertEquals(expected, changed);
  }
}
