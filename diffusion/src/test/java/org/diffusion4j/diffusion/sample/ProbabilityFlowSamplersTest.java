package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the samplers on sigmas of discrete timesteps promise beyond the numbers of diffusers. */
class ProbabilityFlowSamplersTest {
  private static final NoiseSource ZEROS = float[]::new;
  private static final NoiseSource ONES = size -> filled(size, 1);

  @Test
  void lmsIntegratesCubicDerivativesOnceItHasFour() {
    DoubleUnaryOperator cubic = s -> 0.5 + s * (-0.7 + s * (0.11 + s * 0.013));
    DoubleUnaryOperator integral = s -> s * (0.5 + s * (-0.7 / 2 + s * (0.11 / 3 + s * 0.013 / 4)));
    LmsConfig config =
        LmsConfig.DEFAULTS.with(
            lms ->
                lms.predictionType(PredictionType.SAMPLE).sigmaSpacing(SigmaSpacing.EXPONENTIAL));
    Sampler sampler = config.sampler(17);
    double[] sigmas = sampler.sigmas();
    double x = 0;
    for (int i = 0; i < 17; i++) {
      double next = derivativeStep(sampler, i, x, sigmas[i], cubic);
      double exact = integral.applyAsDouble(sigmas[i + 1]) - integral.applyAsDouble(sigmas[i]);
      if (i >= 3) {
        assertEquals(exact, next - x, 1e-5 * Math.abs(exact) + 1e-5, "step " + i);
      }
      // A fresh start: the derivative does not depend on x, and small numbers have more digits.
      x = 0;
    }
  }

  @Test
  void heunIntegratesLinearDerivatives() {
    HeunConfig config = HeunConfig.DEFAULTS.withPredictionType(PredictionType.SAMPLE);
    Sampler sampler = config.sampler(5);
    double[] sigmas = sampler.sigmas();
    DoubleUnaryOperator linear = s -> 0.3 + 0.7 * s;
    double middle = derivativeStep(sampler, 2, 1, sigmas[2], linear);
    double next = derivativeStep(sampler, 3, middle, sigmas[3], linear);
    double exact =
        0.3 * (sigmas[3] - sigmas[2]) + 0.35 * (sigmas[3] * sigmas[3] - sigmas[2] * sigmas[2]);
    assertEquals(1 + exact, next, 1e-5);
  }

  @Test
  void ancestralStepsTakeAwayAndAddTheNoiseThatTheNextSampleHas() {
    AncestralStep step = new AncestralStep(5, 3);
    // 9 / 5, and sqrt(3^2 - (9 / 5)^2) = 12 / 5.
    assertEquals(1.8, step.sigmaDown(), 1e-12);
    assertEquals(2.4, step.sigmaUp(), 1e-12);
    // 7 + 0.5 (1.8 - 5) + 2.4.
    assertArrayEquals(
        new float[] {7.8f}, step.apply(new float[] {7}, new float[] {0.5f}, ONES), 1e-6f);
    assertEquals(0, new AncestralStep(5, 0).sigmaUp());
  }

  @Test
  void aRunOfTwoStagesCanBeginAtAnyStepButNotWithin() {
    float[] x = {1, 2, 3};
    for (SchedulerConfig config :
        new SchedulerConfig[] {
          HeunConfig.DEFAULTS, Kdpm2Config.DEFAULTS, Kdpm2AncestralConfig.DEFAULTS
        }) {
      Sampler sampler = config.sampler(5);
      assertEquals(9, sampler.timesteps().length);
      assertMessage("index (=3) must follow a step at index 2", () -> sampler.step(x, 3, x, ZEROS));
      float[] middle = sampler.step(x, 2, x, ZEROS);
      assertMessage(
          "index (=5) must follow a step at index 4", () -> sampler.step(x, 5, middle, ZEROS));
      assertMessage(
          "length of sample (=2) must equal length of the one before (=3)",
          () -> sampler.step(new float[2], 3, new float[2], ZEROS));
      assertEquals(3, sampler.step(x, 3, middle, ZEROS).length);
      assertMessage("index (=9) must be from 0 to 8", () -> sampler.step(x, 9, x, ZEROS));
    }
  }

  @Test
  void theFirstStageIsKeptAsItWas() {
    float[] x = {1};
    Sampler kept = HeunConfig.DEFAULTS.sampler(3);
    float[] middle = kept.step(new float[] {0.5f}, 0, x, ZEROS);
    float[] next = kept.step(new float[] {0.25f}, 1, middle, ZEROS);
    Sampler overwritten = HeunConfig.DEFAULTS.sampler(3);
    overwritten.step(new float[] {0.5f}, 0, x, ZEROS);
    x[0] = 7;
    assertArrayEquals(next, overwritten.step(new float[] {0.25f}, 1, middle, ZEROS));
  }

  @Test
  void aStepNeedsAnOutputAsLongAsTheSample() {
    for (SchedulerType type :
        List.of(
            SchedulerType.EULER,
            SchedulerType.EULER_ANCESTRAL,
            SchedulerType.HEUN,
            SchedulerType.KDPM2,
            SchedulerType.KDPM2_ANCESTRAL,
            SchedulerType.LMS)) {
      Sampler sampler = type.defaults().sampler(3);
      assertMessage(
          "length of modelOutput (=3) must be 2",
          () -> sampler.step(new float[3], 0, new float[2], ZEROS));
    }
  }

  @Test
  void lmsHasOrdersFrom1To4() {
    assertMessage("order (=0) must be from 1 to 4", () -> new LmsSampler(LmsConfig.DEFAULTS, 5, 0));
    assertMessage("order (=5) must be from 1 to 4", () -> new LmsSampler(LmsConfig.DEFAULTS, 5, 5));
  }

  @Test
  void sigmasOfOnesOwnAreTheEndsOfTheSpacing() {
    EulerConfig config =
        EulerConfig.DEFAULTS.with(
            euler ->
                euler
                    .sigmaSpacing(SigmaSpacing.KARRAS)
                    .sigmaRange(new SigmaRange(OptionalDouble.of(0.1), OptionalDouble.of(7))));
    double[] sigmas = config.sampler(3).sigmas();
    assertEquals(7, sigmas[0], 1e-12);
    assertEquals(0.1, sigmas[2], 1e-12);
    assertEquals(7, config.sampler(1).sigmas()[0], 1e-12);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                config
                    .withSigmaRange(
                        new SigmaRange(OptionalDouble.empty(), OptionalDouble.of(0.005)))
                    .sampler(3));
    assertEquals(
        "sigmaMax (=0.005) must be above sigmaMin (=0.010001",
        e.getMessage().substring(0, 51),
        e.getMessage());
  }

  @Test
  void logLinearSigmasGiveASpacingItsEndsOnly() {
    EulerConfig config =
        EulerConfig.DEFAULTS.with(
            euler ->
                euler
                    .interpolationType(InterpolationType.LOG_LINEAR)
                    .sigmaSpacing(SigmaSpacing.KARRAS));
    assertEquals(5, config.sampler(5).timesteps().length);
  }

  @Test
  void timeIsContinuousForVPredictionOnly() {
    EulerConfig config = EulerConfig.DEFAULTS.withTimestepType(TimestepType.CONTINUOUS);
    assertEquals(999, config.sampler(2).timesteps()[0]);
    Sampler sampler = config.withPredictionType(PredictionType.V_PREDICTION).sampler(2);
    assertEquals(Math.log(sampler.sigmas()[0]) / 4, sampler.timesteps()[0], 1e-12);
  }

  @Test
  void sigmasMustFall() {
    assertMessage(
        "sigmas[1] (=3.0) must be at most the one before (=2.0)",
        () -> NoisePath.ofSigmas(new double[1], new double[] {2, 3}, NoiseLevel::ofRatio));
    assertMessage(
        "sigmas[0] (=Infinity) must be finite and not negative",
        () ->
            NoisePath.ofSigmas(
                new double[1], new double[] {Double.POSITIVE_INFINITY, 0}, NoiseLevel::ofRatio));
  }

  /** The next x where dx/dsigma is a function of sigma alone, so that x0 = x - sigma dx/dsigma. */
  private static double derivativeStep(
      Sampler sampler, int index, double x, double sigma, DoubleUnaryOperator derivative) {
    float x0 = (float) (x - sigma * derivative.applyAsDouble(sigma));
    return sampler.step(new float[] {x0}, index, new float[] {(float) x}, ZEROS)[0];
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
