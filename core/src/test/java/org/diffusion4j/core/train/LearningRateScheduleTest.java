package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.core.train.LearningRateSchedule.Shape;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  @Test
  void constantNeverChanges() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(0.3);
    assertEquals(0.3, schedule.at(1, 7));
    assertEquals(0.3, schedule.at(7, 7));
  }

  @Test
  void constantCanWarmUp() {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.CONSTANT, 1, 5, 0);
    assertEquals(0.2, schedule.at(1, 11), 1e-15);
    assertEquals(0.8, schedule.at(4, 11), 1e-15);
    assertEquals(1, schedule.at(5, 11));
    assertEquals(1, schedule.at(11, 11));
  }

  @Test
  void cosineFallsFromThePeakToTheFloor() {
    LearningRateSchedule schedule = LearningRateSchedule.cosine(1, 3, 0.2);
    assertEquals(2.0 / 3, schedule.at(2, 11), 1e-15);
    assertEquals(1, schedule.at(3, 11), 1e-15);
    // A quarter of the way: 0.2 + 0.8 (1 + cos(pi / 4)) / 2
    assertEquals(0.6 + 0.4 * Math.sqrt(0.5), schedule.at(5, 11), 1e-15);
    assertEquals(0.6, schedule.at(7, 11), 1e-15);
    assertEquals(0.2, schedule.at(11, 11), 1e-15);
  }

  @Test
  void warmupCanTakeAllSteps() {
    assertEquals(1, LearningRateSchedule.cosine(1, 3, 0).at(3, 3));
  }

  @Test
  void refusesStepsOutsideTheTraining() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(0.3);
    assertThrows(IllegalArgumentException.class, () -> schedule.at(0, 7));
    var error = assertThrows(IllegalArgumentException.class, () -> schedule.at(8, 7));
    assertEquals("step (=8) must be from 1 to 7", error.getMessage());
  }

  @Test
  void refusesAFloorAboveThePeak() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> LearningRateSchedule.cosine(0.1, 3, 0.2));
    assertEquals("floor (=0.2) must be in [0, peak (=0.1)]", error.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> LearningRateSchedule.cosine(Double.NaN, 3, 0));
  }
}
