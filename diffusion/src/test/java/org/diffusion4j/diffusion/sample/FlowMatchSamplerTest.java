package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalDouble;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the golden data of the flow matching samplers do not have. */
class FlowMatchSamplerTest {
  /** With two training timesteps, three steps are at 1, 0.75 and 0.5. */
  private static final FlowMatchEulerConfig CONFIG =
      FlowMatchEulerConfig.DEFAULTS.withFlow(new FlowSchedule(2, 1));

  private static final DynamicShifting EXPONENTIAL =
      DynamicShifting.NONE.withUseDynamicShifting(true);

  private static final NoiseSource NO_NOISE =
      size -> {
        throw new AssertionError("a deterministic step drew noise");
      };

  @Test
  void aDynamicShiftFollowsFromMu() {
    // 3 * 0.75 / (1 + 2 * 0.75) = 0.9, 3 * 0.5 / (1 + 2 * 0.5) = 0.75
    double[] shifted = {1, 0.9, 0.75, 0};
    FlowMatchEulerConfig exponential = CONFIG.withDynamicShifting(EXPONENTIAL);
    Sampler sampler = new FlowMatchEulerSampler(exponential, 3, Math.log(3));
    assertArrayEquals(shifted, sampler.sigmas(), 1e-12);
    assertArrayEquals(new double[] {2, 1.8, 1.5}, sampler.timesteps(), 1e-12);
    FlowMatchEulerConfig linear =
        CONFIG.withDynamicShifting(EXPONENTIAL.withTimeShiftType(TimeShiftType.LINEAR));
    assertArrayEquals(shifted, new FlowMatchEulerSampler(linear, 3, 3).sigmas(), 1e-12);
  }

  @Test
  void muGrowsWithTheImage() {
    assertEquals(0.5, EXPONENTIAL.mu(256), 1e-12);
    assertEquals(0.825, EXPONENTIAL.mu((256 + 4096) / 2), 1e-12);
    assertEquals(1.15, EXPONENTIAL.mu(4096), 1e-12);
  }

  @Test
  void noiseLevelsAreStretchedToTheTerminalOne() {
    // 1 - (1 - 0.75) * (1 - 0.2) / (1 - 0.5) = 0.6
    FlowMatchEulerConfig config = CONFIG.withShiftTerminal(OptionalDouble.of(0.2));
    assertArrayEquals(new double[] {1, 0.6, 0.2, 0}, config.sampler(3).sigmas(), 1e-12);
  }

  @Test
  void noiseLevelsAreSpacedBetweenTheirEnds() {
    // ((1 + 0.5^(1/7)) / 2)^7 and sqrt(0.5)
    FlowMatchEulerConfig karras = CONFIG.withSigmaSpacing(SigmaSpacing.KARRAS);
    assertArrayEquals(new double[] {1, 0.7131970, 0.5, 0}, karras.sampler(3).sigmas(), 1e-7);
    FlowMatchEulerConfig exponential = CONFIG.withSigmaSpacing(SigmaSpacing.EXPONENTIAL);
    assertArrayEquals(new double[] {1, 0.7071068, 0.5, 0}, exponential.sampler(3).sigmas(), 1e-7);
  }

  @Test
  void invertedNoiseLevelsCountFromTheNoiseToTheData() {
    Sampler sampler = CONFIG.withInvertSigmas(true).sampler(3);
    assertArrayEquals(new double[] {0, 0.25, 0.5, 1}, sampler.sigmas(), 1e-12);
    assertArrayEquals(new double[] {0, 0.5, 1}, sampler.timesteps(), 1e-12);
    // From noise 3 to data 5 the velocity is 2 all the way.
    float[] sample = {3};
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(sampler.addNoise(new float[] {5}, new float[] {3}, i), sample, 1e-6f);
      sample = sampler.step(new float[] {2}, i, sample, NO_NOISE);
    }
    assertArrayEquals(new float[] {5}, sample, 1e-6f);
  }

  @Test
  void stochasticSamplingTakesNewNoise() {
    Sampler sampler = CONFIG.withStochasticSampling(true).sampler(3);
    // x0 = 5 - 1 * 3 = 2, then (1 - 0.75) * 2 + 0.75 * 7 = 5.75
    float[] second = sampler.step(new float[] {3}, 0, new float[] {5}, n -> new float[] {7});
    assertArrayEquals(new float[] {5.75f}, second, 1e-6f);
    // Without noise left: 5 - 0.5 * 3
    float[] last = sampler.step(new float[] {3}, 2, new float[] {5}, NO_NOISE);
    assertArrayEquals(new float[] {3.5f}, last, 1e-6f);
  }

  @Test
  void heunIsExactToTheSecondOrder() {
    // dx/dsigma = x over h = -0.25: 1 + h, then 1 + h + h^2 / 2.
    Sampler sampler = new FlowMatchHeunConfig(new FlowSchedule(2, 1)).sampler(3);
    float[] guess = sampler.step(new float[] {1}, 0, new float[] {1}, NO_NOISE);
    assertArrayEquals(new float[] {0.75f}, guess, 1e-6f);
    float[] corrected = sampler.step(guess, 1, guess, NO_NOISE);
    assertArrayEquals(new float[] {0.78125f}, corrected, 1e-6f);
  }

  @Test
  void oneStepLeadsFromTheNoiseToTheData() {
    assertArrayEquals(new double[] {1, 0}, CONFIG.sampler(1).sigmas());
    FlowMatchHeunSampler heun = FlowMatchHeunConfig.DEFAULTS.sampler(1);
    assertArrayEquals(new double[] {1, 0}, heun.sigmas());
    assertArrayEquals(
        new float[] {2}, heun.step(new float[] {3}, 0, new float[] {5}, NO_NOISE), 1e-6f);
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    assertMessage("shift (=0.0) must be positive and finite", () -> new FlowSchedule(1000, 0));
    assertMessage(
        "maxImageSeqLen (=256) must be above baseImageSeqLen (=256)",
        () -> DynamicShifting.NONE.withMaxImageSeqLen(256));
    assertMessage(
        "shiftTerminal (=1.0) must be in [0, 1)",
        () -> CONFIG.withShiftTerminal(OptionalDouble.of(1)));
    assertMessage(
        "stochasticSampling (=true) must be false, since invertSigmas is true",
        () -> CONFIG.with(flow -> flow.stochasticSampling(true).invertSigmas(true)));
    assertMessage("numInferenceSteps (=0) must be from 1 to 65536", () -> CONFIG.sampler(0));
    assertMessage(
        "numInferenceSteps (=0) must be from 1 to 65536",
        () -> FlowMatchHeunConfig.DEFAULTS.sampler(0));
    assertMessage(
        "numInferenceSteps (=1) must be at least 2 with shiftTerminal: the first noise level is 1",
        () -> CONFIG.withShiftTerminal(OptionalDouble.of(0.1)).sampler(1));
    FlowMatchEulerConfig dynamic = CONFIG.withDynamicShifting(EXPONENTIAL);
    assertMessage(
        "useDynamicShifting (=true) must be false for a run without mu", () -> dynamic.sampler(3));
    assertMessage(
        "useDynamicShifting (=false) must be true for a run with mu",
        () -> new FlowMatchEulerSampler(CONFIG, 3, 0.5));
    assertMessage(
        "mu (=NaN) must make a shift that is positive and finite, but makes NaN",
        () -> new FlowMatchEulerSampler(dynamic, 3, Double.NaN));
    Sampler heun = FlowMatchHeunConfig.DEFAULTS.sampler(3);
    assertMessage(
        "index (=1) must follow a step at index 0",
        () -> heun.step(new float[2], 1, new float[2], NO_NOISE));
    assertMessage(
        "index (=5) must be from 0 to 4", () -> heun.step(new float[2], 5, new float[2], NO_NOISE));
    assertMessage(
        "length of modelOutput (=3) must be 2",
        () -> CONFIG.sampler(3).step(new float[3], 0, new float[2], NO_NOISE));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
