package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SamplerArgumentsTest {
  private static final NoiseSource ZEROS = float[]::new;

  private final DdpmConfig ddpm = DdpmConfig.DEFAULTS;
  private final DdimConfig ddim = DdimConfig.DEFAULTS;

  @Test
  void betasMustGrow() {
    assertMessage(
        "betaStart (=0.03) must be at most betaEnd (=0.02)",
        () -> Betas.LINEAR.withBetaStart(0.03));
    assertMessage(
        "betaStart (=NaN) must be positive and finite",
        () -> Betas.LINEAR.withBetaStart(Double.NaN));
    assertMessage("betaEnd (=1.0) must be below 1", () -> Betas.LINEAR.withBetaEnd(1));
  }

  @Test
  void trainedBetasMustBeOneForEachTimestep() {
    assertMessage(
        "size of trainedBetas (=2) must equal numTrainTimesteps (=1000)",
        () -> Betas.LINEAR.withTrainedBetas(Optional.of(List.of(0.1f, 0.2f))));
    assertMessage("betas[1] (=1.5) must be in (0, 1]", () -> trained(List.of(0.1f, 1.5f)));
    Betas config = trained(List.of(0.1f, 0.5f));
    assertArrayEquals(new float[] {0.9f, 0.45f}, config.noiseSchedule().alphasCumprod(), 1e-6f);
  }

  @Test
  void clippingMustHaveARange() {
    assertMessage(
        "clipSampleRange (=0.0) must be positive and finite", () -> new Clipping(true, 0));
    assertMessage(
        "sampleMaxValue (=0.5) must be at least 1",
        () -> DynamicThresholding.NONE.withSampleMaxValue(0.5));
    assertMessage(
        "dynamicThresholdingRatio (=1.5) must be in [0, 1]",
        () -> DynamicThresholding.NONE.withDynamicThresholdingRatio(1.5));
  }

  @Test
  void stepsMustBeSomeOfTheTrainingTimesteps() {
    assertMessage("numInferenceSteps (=-1) must be positive", () -> new DdpmSampler(ddpm, -1));
    assertMessage("numInferenceSteps (=0) must be positive", () -> new DdimSampler(ddim, 0));
    assertMessage(
        "numInferenceSteps (=1001) must be at most numTrainTimesteps (=1000)",
        () -> new DdimSampler(ddim, 1001));
    assertMessage(
        "stepsOffset (=1) must leave all timesteps below numTrainTimesteps (=1000), but with"
            + " numInferenceSteps 1000 makes 1000",
        () -> new DdimSampler(ddim.withTimesteps(TimestepChoice.LEADING.withStepsOffset(1)), 1000));
    assertMessage(
        "stepsOffset (=-1) must not be negative", () -> TimestepChoice.LEADING.withStepsOffset(-1));
  }

  @Test
  void timestepsOfOnesOwnMustFall() {
    assertMessage(
        "timesteps[0] (=1000) must be at least 0 and below numTrainTimesteps (=1000)",
        () -> new DdpmSampler(ddpm, new int[] {1000, 5}));
    assertMessage(
        "timesteps[2] (=5) must be at least 0 and below the one before (=5)",
        () -> new DdpmSampler(ddpm, new int[] {7, 5, 5}));
    assertMessage(
        "timesteps[1] (=-1) must be at least 0 and below the one before (=7)",
        () -> new DdpmSampler(ddpm, new int[] {7, -1}));
    assertMessage(
        "number of timesteps (=0) must be positive", () -> new DdpmSampler(ddpm, new int[0]));
  }

  @Test
  void aStepNeedsItsIndexAndLengthsToFit() {
    Sampler sampler = new DdimSampler(ddim, 3);
    assertMessage(
        "index (=3) must be from 0 to 2", () -> sampler.step(new float[2], 3, new float[2], ZEROS));
    assertMessage(
        "length of modelOutput (=3) must be 2",
        () -> sampler.step(new float[3], 0, new float[2], ZEROS));
    DdpmConfig learned = ddpm.withVarianceType(VarianceType.LEARNED);
    assertMessage(
        "length of modelOutput (=2) must be 4",
        () -> new DdpmSampler(learned, 3).step(new float[2], 0, new float[2], ZEROS));
    assertMessage(
        "length of noise (=5) must be 2",
        () -> new DdpmSampler(ddpm, 3).step(new float[2], 0, new float[2], n -> new float[5]));
  }

  @Test
  void etaMustLeaveRoomForTheNoise() {
    assertMessage(
        "eta (=-0.1) must be finite and not negative", () -> new DdimSampler(ddim, 5, -0.1, false));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new DdimSampler(ddim, 1000, 100, false));
    assertTrue(e.getMessage().startsWith("eta (=100.0) must be at most "), e.getMessage());
    assertEquals(5, new DdimSampler(ddim, 5, 1.00005, false).timesteps().length);
  }

  @Test
  void noiseCannotBePredictedFromPureNoise() {
    DdimConfig config = ddim.withRescaleBetasZeroSnr(true).withTimesteps(TimestepChoice.TRAILING);
    Sampler sampler = new DdimSampler(config, 3);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> sampler.step(new float[2], 0, new float[2], ZEROS));
    assertTrue(
        e.getMessage().startsWith("alpha (=0.0) must be above 0 for predictionType epsilon"),
        e.getMessage());
  }

  @Test
  void aLearnedVarianceIsTheNoisesVariance() {
    DdpmConfig config =
        ddpm.withVarianceType(VarianceType.LEARNED).withPredictionType(PredictionType.SAMPLE);
    // x0 and sample are 0, so that only the noise is left: 2 sqrt(0.25) and 3 sqrt(0.01).
    float[] next =
        new DdpmSampler(config, 3)
            .step(new float[] {0, 0, 0.25f, 0.01f}, 0, new float[2], n -> new float[] {2, 3});
    assertArrayEquals(new float[] {1, 0.3f}, next, 1e-6f);
  }

  private static Betas trained(List<Float> betas) {
    return Betas.LINEAR.with(
        linear -> linear.numTrainTimesteps(betas.size()).trainedBetas(Optional.of(betas)));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
