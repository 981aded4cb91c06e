package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PndmSamplerTest {
  private static final float[] X0 = {0.3f, -0.8f, 0.05f};
  private static final float[] EPS = {1.1f, 0.2f, -0.7f};

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void constantNoiseIsTakenAwayExactly(boolean skipPrkSteps) {
    PndmConfig config =
        PndmConfig.DEFAULTS.with(pndm -> pndm.skipPrkSteps(skipPrkSteps).setAlphaToOne(true));
    Sampler sampler = config.sampler(5);
    float[] sample = sampler.addNoise(X0, EPS, 0);
    for (int i = 0; i < sampler.timesteps().length; i++) {
      sample = sampler.step(EPS, i, sample, float[]::new);
    }
    assertArrayEquals(X0, sample, 1e-5f);
  }

  @Test
  void aRunMayBeginLater() {
    PndmConfig config =
        PndmConfig.DEFAULTS.with(pndm -> pndm.skipPrkSteps(true).setAlphaToOne(true));
    Sampler sampler = config.sampler(7);
    float[] sample = sampler.addNoise(X0, EPS, 3);
    for (int i = 3; i < sampler.timesteps().length; i++) {
      sample = sampler.step(EPS, i, sample, float[]::new);
    }
    assertArrayEquals(X0, sample, 1e-5f);
  }

  /** Of ten steps, the first calls the model twice, or each of the first three four times. */
  @Test
  void everyStepBeginsAtItsOwnTimestep() {
    for (boolean skipPrkSteps : new boolean[] {true, false}) {
      PndmSampler sampler = PndmConfig.DEFAULTS.withSkipPrkSteps(skipPrkSteps).sampler(10);
      double[] timesteps = sampler.timesteps();
      for (int step = 0; step < 10; step++) {
        assertEquals(900 - 100 * step, timesteps[sampler.indexOfStep(step)]);
      }
      assertEquals(timesteps.length - 1, sampler.indexOfStep(9));
    }
  }

  @Test
  void fewStepsArePossible() {
    PndmConfig plms = PndmConfig.DEFAULTS.withSkipPrkSteps(true);
    assertArrayEquals(new double[] {0}, plms.sampler(1).timesteps());
    assertArrayEquals(new double[] {500, 0, 0}, plms.sampler(2).timesteps());
    assertEquals(13, PndmConfig.DEFAULTS.sampler(4).timesteps().length);
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    PndmConfig pndm = PndmConfig.DEFAULTS;
    assertMessage(
        "predictionType (=SAMPLE) must be EPSILON or V_PREDICTION for PNDM",
        () -> pndm.withPredictionType(PredictionType.SAMPLE));
    assertMessage("numInferenceSteps (=3) must be at least 4", () -> pndm.sampler(3));
    assertMessage(
        "index (=13) must be from 0 to 12", () -> pndm.sampler(4).step(X0, 13, X0, float[]::new));
    for (boolean skipPrkSteps : new boolean[] {true, false}) {
      assertMessage(
          "index (=1) must follow a step at index 0",
          () -> pndm.withSkipPrkSteps(skipPrkSteps).sampler(4).step(X0, 1, X0, float[]::new));
    }
    assertMessage(
        "length of modelOutput (=2) must be 3",
        () -> pndm.sampler(4).step(new float[2], 0, X0, float[]::new));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
