package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EdmEulerSamplerTest {
  private static final EdmPreconditioning EDM = new EdmPreconditioning(PredictionType.EPSILON, 0.5);

  @Test
  void scalingsAreThoseOfThePaper() {
    // sqrt(1.2^2 + 0.5^2) = 1.3
    assertEquals(0.25 / 1.69, EDM.cSkip(1.2), 1e-12);
    assertEquals(0.6 / 1.3, EDM.cOut(1.2), 1e-12);
    assertEquals(1 / 1.3, EdmPreconditioning.cIn(1.2, 0.5), 1e-12);
    assertEquals(0.25, EdmPreconditioning.cNoise(Math.E), 1e-12);
  }

  @Test
  void aVelocityOnDataOfUnitVarianceIsV() {
    double sigma = 0.7;
    EdmPreconditioning velocity = new EdmPreconditioning(PredictionType.V_PREDICTION, 1);
    float[] sample = {0.3f, -2};
    float[] output = {1.1f, 0.5f};
    NoisePath path =
        NoisePath.varianceExploding(
            new double[1], new double[] {sigma, 0}, s -> EdmPreconditioning.cIn(s, 1), 1);
    assertArrayEquals(
        PredictionType.V_PREDICTION.x0(
            path.scaleModelInput(sample, 0), output, NoiseLevel.ofRatio(sigma)),
        velocity.x0(sample, output, sigma),
        1e-6f);
  }

  @Test
  void churnAddsNoiseBeforeTheStep() {
    // Two steps at 6 and 2 with sChurn 0.5: sigmaHat = 6 * 1.25 = 7.5, noise 4.5 = sqrt(7.5^2 -
    // 6^2)
    EdmEulerConfig config =
        EdmEulerConfig.DEFAULTS.withEdm(EdmSchedule.KARRAS.withSigmaMax(6).withSigmaMin(2));
    Sampler sampler = new EdmEulerSampler(config, 2, Churn.NONE.withSChurn(0.5));
    float[] next = sampler.step(new float[1], 0, new float[] {3}, n -> new float[] {2});
    // x = 3 + 2 * 4.5 = 12, x0 = 12 cSkip, then x + (x - x0) / 7.5 * (2 - 7.5)
    double x0 = 12 * 0.25 / (7.5 * 7.5 + 0.25);
    assertEquals(12 + (12 - x0) / 7.5 * -5.5, next[0], 1e-5);
  }

  @Test
  void theLastStepMayLeaveTheLowestNoise() {
    EdmEulerConfig config = EdmEulerConfig.DEFAULTS.withFinalSigmasType(FinalSigmasType.SIGMA_MIN);
    Sampler sampler = config.sampler(3);
    assertEquals(0.002, sampler.sigmas()[3], 1e-12);
    float[] sample = {0.3f, -2};
    assertArrayEquals(sample, sampler.step(new float[2], 2, sample, float[]::new), 1e-6f);
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    EdmEulerConfig edm = EdmEulerConfig.DEFAULTS;
    assertMessage(
        "predictionType (=SAMPLE) must be EPSILON or V_PREDICTION for EDM",
        () -> edm.withPredictionType(PredictionType.SAMPLE));
    assertMessage(
        "sigmaMax (=0.001) must be above sigmaMin (=0.002)",
        () -> EdmSchedule.KARRAS.withSigmaMax(0.001));
    assertMessage(
        "sigmaData (=NaN) must be positive and finite",
        () -> EdmSchedule.KARRAS.withSigmaData(Double.NaN));
    assertMessage("numInferenceSteps (=0) must be from 1 to 65536", () -> edm.sampler(0));
    assertMessage(
        "index (=3) must be from 0 to 2",
        () -> edm.sampler(3).step(new float[2], 3, new float[2], float[]::new));
    assertMessage(
        "length of modelOutput (=3) must be 2",
        () -> edm.sampler(3).step(new float[3], 0, new float[2], float[]::new));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
