package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SamplerArgumentsTest {
  private static final NoiseSource ZEROS = float[]::new;

  private final DdpmConfig ddpm = DdpmConfig.builder().build();
  private final DdimConfig ddim = DdimConfig.builder().build();

  @Test
  void betasMustGrow() {
    assertMessage(
        "betaStart (=0.03) must be at most betaEnd (=0.02)",
        () -> DdpmConfig.builder().betaStart(0.03).build());
    assertMessage(
        "betaStart (=NaN) must be positive and finite",
        () -> DdimConfig.builder().betaStart(Double.NaN).build());
    assertMessage("betaEnd (=1.0) must be below 1", () -> DdimConfig.builder().betaEnd(1).build());
  }

  @Test
  void trainedBetasMustBeOneForEachTimestep() {
    assertMessage(
        "size of trainedBetas (=2) must equal numTrainTimesteps (=1000)",
        () -> DdpmConfig.builder().trainedBetas(List.of(0.1f, 0.2f)).build());
    assertMessage(
        "betas[1] (=1.5) must be in (0, 1]",
        () -> DdpmConfig.builder().numTrainTimesteps(2).trainedBetas(List.of(0.1f, 1.5f)).build());
    DdpmConfig config =
        DdpmConfig.builder().numTrainTimesteps(2).trainedBetas(List.of(0.1f, 0.5f)).build();
    assertArrayEquals(new float[] {0.9f, 0.45f}, config.noiseSchedule().alphasCumprod(), 1e-6f);
  }

  @Test
  void clippingMustHaveARange() {
    assertMessage(
        "clipSampleRange (=0.0) must be positive and finite",
        () -> DdpmConfig.builder().clipSampleRange(0).build());
    assertMessage(
        "sampleMaxValue (=0.5) must be at least 1",
        () -> DdimConfig.builder().sampleMaxValue(0.5).build());
    assertMessage(
        "dynamicThresholdingRatio (=1.5) must be in [0, 1]",
        () -> DdimConfig.builder().dynamicThresholdingRatio(1.5).build());
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
        () -> new DdimSampler(DdimConfig.builder().stepsOffset(1).build(), 1000));
    assertMessage(
        "stepsOffset (=-1) must not be negative",
        () -> DdpmConfig.builder().stepsOffset(-1).build());
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
    DdpmConfig learned = DdpmConfig.builder().varianceType(VarianceType.LEARNED).build();
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
    DdimConfig config =
        DdimConfig.builder()
            .rescaleBetasZeroSnr(true)
            .timestepSpacing(TimestepSpacing.TRAILING)
            .build();
    Sampler sampler = new DdimSampler(config, 3);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> sampler.step(new float[2], 0, new float[2], ZEROS));
    assertTrue(
        e.getMessage().startsWith("alphaCumprod (=0.0) must be above 0 for predictionType epsilon"),
        e.getMessage());
  }

  @Test
  void aLearnedVarianceIsTheNoisesVariance() {
    DdpmConfig config =
        DdpmConfig.builder()
            .varianceType(VarianceType.LEARNED)
            .predictionType(PredictionType.SAMPLE)
            .build();
    // x0 and sample are 0, so that only the noise is left: 2 sqrt(0.25) and 3 sqrt(0.01).
    float[] next =
        new DdpmSampler(config, 3)
            .step(new float[] {0, 0, 0.25f, 0.01f}, 0, new float[2], n -> new float[] {2, 3});
    assertArrayEquals(new float[] {1, 0.3f}, next, 1e-6f);
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
