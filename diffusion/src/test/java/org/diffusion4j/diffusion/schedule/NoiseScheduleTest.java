package org.diffusion4j.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseScheduleTest {
  @ParameterizedTest
  @EnumSource(BetaSchedule.class)
  void noisingKeepsUnitVariance(BetaSchedule betaSchedule) {
    NoiseSchedule schedule = new NoiseSchedule(betaSchedule.betas(101, 0.001, 0.2));
    for (int t = 0; t < 101; t++) {
      // The coefficients of x0 and noise, by one of the two being 1 and the other 0.
      float signal = schedule.addNoise(new float[] {1}, new float[] {0}, t)[0];
      float noise = schedule.addNoise(new float[] {0}, new float[] {1}, t)[0];
      assertEquals(1, signal * signal + noise * noise, 1e-6);
      assertEquals(signal * signal / (noise * noise), schedule.snr(t), 1e-5 * schedule.snr(t));
    }
  }

  @ParameterizedTest
  @EnumSource(BetaSchedule.class)
  void theSignalFalls(BetaSchedule betaSchedule) {
    float[] alphasCumprod = new NoiseSchedule(betaSchedule.betas(101, 0.001, 0.2)).alphasCumprod();
    for (int t = 1; t < 101; t++) {
      assertTrue(alphasCumprod[t] < alphasCumprod[t - 1]);
    }
  }

  @Test
  void theSignalOfExpFallsExponentially() {
    float[] alphasCumprod =
        new NoiseSchedule(BetaSchedule.EXP.betas(100, 0.1, 0.2)).alphasCumprod();
    assertEquals(Math.exp(-6), alphasCumprod[49], 1e-5 * Math.exp(-6));
    assertEquals(Math.exp(-12), alphasCumprod[99], 1e-5 * Math.exp(-12));
    assertEquals(0.999f, BetaSchedule.EXP.betas(1, 0.1, 0.2)[0]);
  }

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void x0AndNoiseFollowFromEveryPrediction(PredictionType predictionType) {
    NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.LINEAR.betas(11, 0.01, 0.3));
    float[] x0 = {0.3f, -0.7f, 0.5f};
    float[] noise = {1.1f, 0.2f, -1.3f};
    for (int t = 0; t < 11; t++) {
      NoiseLevel level =
          predictionType == PredictionType.FLOW_PREDICTION
              ? NoiseLevel.ofFlow((t + 1) / 13.0)
              : schedule.level(t);
      float[] sample = level.mix(x0, noise);
      float[] output =
          switch (predictionType) {
            case EPSILON -> noise;
            case V_PREDICTION -> schedule.velocity(x0, noise, t);
            case SAMPLE -> x0;
            case FLOW_PREDICTION -> Combination.of(1, noise, -1, x0);
          };
      assertArrayEquals(x0, predictionType.x0(sample, output, level), 1e-5f);
      assertArrayEquals(noise, predictionType.eps(sample, output, level), 1e-5f);
    }
  }

  @Test
  void rescalingEndsInPureNoiseAndKeepsTheStart() {
    NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.LINEAR.betas(13, 0.01, 0.3));
    float[] rescaled = schedule.withZeroTerminalSnr().alphasCumprod();
    assertEquals(0, rescaled[12]);
    assertEquals(schedule.alphasCumprod()[0], rescaled[0], 1e-6f);
    assertTrue(rescaled[11] > 0);
  }

  @Test
  void tablesAreCopies() {
    NoiseSchedule schedule = new NoiseSchedule(new float[] {0.5f, 0.5f});
    schedule.betas()[0] = 7;
    schedule.alphasCumprod()[0] = 7;
    assertArrayEquals(new float[] {0.5f, 0.5f}, schedule.betas());
    assertEquals(0.5, schedule.alphaCumprod(0));
  }

  @Test
  void oneTimestepIsEnough() {
    assertArrayEquals(new float[] {0.25f}, BetaSchedule.LINEAR.betas(1, 0.25, 0.5));
  }

  @Test
  void errorsNameTheValueAndTheRule() {
    NoiseSchedule schedule = new NoiseSchedule(new float[] {0.5f, 0.5f});
    assertMessage("timestep (=2) must be from 0 to 1", () -> schedule.alphaCumprod(2));
    assertMessage("timestep (=-1) must be from 0 to 1", () -> schedule.snr(-1));
    assertMessage(
        "length of modelOutput (=3) must equal length of sample (=2)",
        () -> PredictionType.EPSILON.x0(new float[2], new float[3], schedule.level(0)));
    assertMessage(
        "length of noise (=3) must equal length of x0 (=2)",
        () -> schedule.addNoise(new float[2], new float[3], 0));
    assertMessage("number of betas (=0) must be positive", () -> new NoiseSchedule(new float[0]));
    assertMessage(
        "betas[0] (=NaN) must be in (0, 1]", () -> new NoiseSchedule(new float[] {Float.NaN}));
    assertMessage(
        "betas[0] (=1.0E-9) must be so large that 1 - betas[0] is below 1 in float32",
        () -> new NoiseSchedule(new float[] {1e-9f}));
    assertMessage(
        "numTrainTimesteps (=0) must be from 1 to 1048576",
        () -> BetaSchedule.SIGMOID.betas(0, 0.1, 0.2));
    assertMessage(
        "numTrainTimesteps (=1) must be at least 2 to rescale betas to zero SNR",
        () -> new NoiseSchedule(new float[] {0.5f}).withZeroTerminalSnr());
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
