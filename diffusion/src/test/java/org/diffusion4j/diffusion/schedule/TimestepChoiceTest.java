package org.diffusion4j.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of numpy with diffusers' formulas. */
class TimestepChoiceTest {
  @Test
  void sevenStepsOfAThousand() {
    assertArrayEquals(
        new int[] {853, 711, 569, 427, 285, 143, 1},
        new TimestepChoice(TimestepSpacing.LEADING, 1).timesteps(1000, 7));
    assertArrayEquals(
        new int[] {999, 832, 666, 500, 333, 166, 0},
        new TimestepChoice(TimestepSpacing.LINSPACE, 1).timesteps(1000, 7));
    assertArrayEquals(
        new int[] {999, 856, 713, 570, 428, 285, 142},
        new TimestepChoice(TimestepSpacing.TRAILING, 1).timesteps(1000, 7));
  }

  @Test
  void oneStepStartsWhereTheSpacingDoes() {
    assertArrayEquals(
        new int[] {1}, new TimestepChoice(TimestepSpacing.LEADING, 1).timesteps(1000, 1));
    assertArrayEquals(
        new int[] {0}, new TimestepChoice(TimestepSpacing.LINSPACE, 0).timesteps(1000, 1));
    assertArrayEquals(
        new int[] {999}, new TimestepChoice(TimestepSpacing.TRAILING, 0).timesteps(1000, 1));
  }

  /** The sum of position times timestep over all runs of 1 to numTrainTimesteps steps. */
  @ParameterizedTest
  @CsvSource({
    "LEADING, 1000, 45193435419",
    "LINSPACE, 1000, 55666399370",
    "TRAILING, 1000, 55722100764",
    "LEADING, 997, 44642532359",
    "LINSPACE, 997, 55001744417",
    "TRAILING, 997, 55056887279",
  })
  void everyNumberOfStepsRoundsAsNumpyDoes(
      TimestepSpacing spacing, int numTrainTimesteps, long expected) {
    long sum = 0;
    for (int n = 1; n <= numTrainTimesteps; n++) {
      int[] timesteps = new TimestepChoice(spacing, 0).timesteps(numTrainTimesteps, n);
      for (int i = 0; i < n; i++) {
        sum += (i + 1L) * timesteps[i];
      }
    }
    assertEquals(expected, sum);
  }
}
