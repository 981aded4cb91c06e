package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the golden data of LCM and TCD do not have. */
class ConsistencySamplerTest {
  private static final LcmConfig LCM = LcmConfig.DEFAULTS;
  private static final TcdConfig TCD = TcdConfig.DEFAULTS;
  private static final float[] X0 = {0.3f, -0.8f, 0.05f};
  private static final float[] EPS = {1.1f, 0.2f, -0.7f};
  private static final float[] Z = {-0.4f, 0.9f, 2};

  @Test
  void aRunVisitsTimestepsOfTheDistillation() {
    // 7 timesteps, 142 apart; the first of each third of the indices: 0, 2 and 4
    ConsistencyTimesteps seven = ConsistencyTimesteps.DEFAULTS.withOriginalInferenceSteps(7);
    double[] expected = {7 * 142 - 1, 5 * 142 - 1, 3 * 142 - 1};
    assertArrayEquals(expected, LCM.withConsistencyTimesteps(seven).sampler(3).timesteps());
    assertArrayEquals(expected, TCD.withConsistencyTimesteps(seven).sampler(3).timesteps());
  }

  @Test
  void tcdWithoutNoiseIsDdim() {
    Sampler sampler = new TcdSampler(TCD, 3, 0);
    float[] next = sampler.step(EPS, 0, sampler.addNoise(X0, EPS, 0), n -> fail());
    assertArrayEquals(sampler.addNoise(X0, EPS, 1), next, 1e-5f);
  }

  @Test
  void tcdWithEtaOneTakesNewNoise() {
    Sampler sampler = new TcdSampler(TCD, 3, 1);
    float[] next = sampler.step(EPS, 0, sampler.addNoise(X0, EPS, 0), n -> Z);
    // All but the noise of timestep 0 is new: sqrt(a / a0) (x at timestep 0) + sqrt(1 - a / a0) z.
    NoiseSchedule schedule = TCD.noiseSchedule();
    double ratio = schedule.alphaCumprod((int) sampler.timesteps()[1]) / schedule.alphaCumprod(0);
    float[] clean = schedule.addNoise(X0, EPS, 0);
    for (int i = 0; i < X0.length; i++) {
      assertEquals(Math.sqrt(ratio) * clean[i] + Math.sqrt(1 - ratio) * Z[i], next[i], 1e-5);
    }
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    assertMessage("eta (=1.1) must be in [0, 1]", () -> new TcdSampler(TCD, 3, 1.1));
    assertMessage("numInferenceSteps (=0) must be positive", () -> LCM.sampler(0));
    assertMessage(
        "numInferenceSteps (=51) must be at most originalInferenceSteps (=50)",
        () -> TCD.sampler(51));
    ConsistencyTimesteps tooMany = ConsistencyTimesteps.DEFAULTS.withOriginalInferenceSteps(1001);
    assertMessage(
        "originalInferenceSteps (=1001) must be at most numTrainTimesteps (=1000)",
        () -> LCM.withConsistencyTimesteps(tooMany));
    assertMessage(
        "timestepScaling (=0.0) must be positive and finite",
        () -> ConsistencyTimesteps.DEFAULTS.withTimestepScaling(0));
    assertMessage(
        "index (=3) must be from 0 to 2", () -> TCD.sampler(3).step(EPS, 3, X0, float[]::new));
    assertMessage(
        "length of modelOutput (=2) must be 3",
        () -> LCM.sampler(3).step(new float[2], 0, X0, float[]::new));
  }

  private static float[] fail() {
    throw new AssertionError("a deterministic step drew noise");
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
