package org.diffusion4j.diffusion.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiffusionLossTest {
  private static final NoiseSchedule SCHEDULE =
      new NoiseSchedule(BetaSchedule.LINEAR.betas(101, 0.001, 0.07));
  private static final float[][] X0 = {new Generator(3).normal(2 * 3 * 5), new float[2 * 3 * 5]};

  @ParameterizedTest
  @EnumSource(
      value = PredictionType.class,
      names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
  void theTargetIsWhatTheCleanImageFollowsFrom(PredictionType type) {
    DiffusionLoss.Batch batch =
        new DiffusionLoss(SCHEDULE, type).draw(X0, new Generator(5), 2, 3, 5);
    assertArrayEquals(new long[] {2, 2, 3, 5}, batch.sample().shape());
    assertArrayEquals(new long[] {2}, batch.timesteps().shape());
    for (int i = 0; i < X0.length; i++) {
      int t = batch.timesteps().getInt(i);
      assertTrue(t >= 0 && t < 101, "timestep " + t);
      float[] sample = batch.sample().slice(i).dup('c').data().asFloat();
      float[] target = batch.target().slice(i).dup('c').data().asFloat();
      assertArrayEquals(X0[i], type.x0(sample, target, SCHEDULE.level(t)), 2e-5f);
    }
  }

  @Test
  void theSameGeneratorDrawsTheSameBatch() {
    DiffusionLoss loss = new DiffusionLoss(SCHEDULE, PredictionType.EPSILON);
    assertEquals(
        loss.draw(X0, new Generator(7), 2, 3, 5).sample(),
        loss.draw(X0, new Generator(7), 2, 3, 5).sample());
  }
}
