package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatentScalingTest {
  private static final AutoencoderKLConfig CONFIG =
      new AutoencoderKLConfig(3, 3, List.of(4), 1, 2, 2, true, 0.5);

  /** Two channels of one row. */
  private final INDArray latents =
      Nd4j.createFromArray(new float[] {1, 2, 3, 4, 5, 6}).reshape(1, 2, 1, 3);

  @Test
  void withoutMomentsLatentsAreMultipliedWithTheScalingFactor() {
    assertScaled(CONFIG, 0.5f, 1, 1.5f, 2, 2.5f, 3);
  }

  @Test
  void theShiftComesFirst() {
    assertScaled(CONFIG.with(c -> c.shiftFactor(2)), -0.5f, 0, 0.5f, 1, 1.5f, 2);
  }

  @Test
  void momentsAreThoseOfEachChannel() {
    AutoencoderKLConfig config =
        CONFIG.with(
            c ->
                c.latentsMean(Optional.of(List.of(1.0, 4.0)))
                    .latentsStd(Optional.of(List.of(0.25, 2.0))));
    assertScaled(config, 0, 2, 4, 0, 0.25f, 0.5f);
  }

  @Test
  void latentsOfOtherChannelsAreRefused() {
    LatentScaling scaling = new LatentScaling(CONFIG);
    assertThrows(IllegalArgumentException.class, () -> scaling.scale(new float[3]));
  }

  @Test
  void latentsOfACodebookAreMultipliedToo() {
    VQModelConfig config =
        VQModelConfig.DEFAULTS.with(c -> c.scalingFactor(0.5).latentChannels(7).vqEmbedDim(2));
    assertScaled(new LatentScaling(config), 0.5f, 1, 1.5f, 2, 2.5f, 3);
  }

  private void assertScaled(AutoencoderKLConfig config, float... expected) {
    assertScaled(new LatentScaling(config), expected);
  }

  private void assertScaled(LatentScaling scaling, float... expected) {
    INDArray scaled = scaling.scale(latents);
    assertArrayEquals(new long[] {1, 2, 1, 3}, scaled.shape());
    assertArrayEquals(expected, scaled.ravel().toFloatVector(), 1e-6f);
    assertArrayEquals(expected, scaling.scale(latents.ravel().toFloatVector()), 1e-6f);
    assertArrayEquals(
        latents.ravel().toFloatVector(), scaling.unscale(scaled).ravel().toFloatVector(), 1e-6f);
  }
}
