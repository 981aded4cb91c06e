package org.diffusion4j.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class UNetLimitsTest {
  private static final UNet2DConditionConfig CONDITION = UNet2DConditionConfig.DEFAULTS;
  private static final UNet2DConfig PLAIN = UNet2DConfig.DEFAULTS;

  @Test
  void fieldsHaveBounds() {
    assertProblem(
        "inChannels (=65537) must be at most 65536", () -> CONDITION.withInChannels(65_537));
    assertProblem(
        "crossAttentionDim (=65537) must be at most 65536",
        () -> CONDITION.withCrossAttentionDim(65_537));
    assertProblem(
        "layersPerBlock (=1025) must be at most 1024",
        () -> CONDITION.withLayersPerBlock(List.of(1025)));
    assertProblem("convInKernel (=65) must be at most 63", () -> CONDITION.withConvInKernel(65));
    assertProblem(
        "numClassEmbeds (=1048577) must be at most 1048576",
        () -> PLAIN.withNumClassEmbeds(OptionalInt.of((1 << 20) + 1)));
    assertProblem(
        "numTrainTimesteps (=1048577) must be at most 1048576",
        () -> PLAIN.withNumTrainTimesteps(OptionalInt.of((1 << 20) + 1)));
  }

  @Test
  void theWholeNetworkHasBounds() {
    // Four stages of 2 + 3 residual blocks, three of them with a transformer each, and the
    // middle's:
    // 20 + 16 * 200.
    assertProblem(
        "number of blocks (=3220) must be at most 1024",
        () -> CONDITION.withTransformerLayersPerBlock(List.of(200)));
    // Four stages of 2 + 3 residual blocks, each of two convolutions of 9 * 2^32.
    assertProblem(
        "number of parameters (=1546188226560 or more) must be at most 68719476736",
        () -> PLAIN.withBlockOutChannels(Collections.nCopies(4, 1 << 16)));
  }

  private static void assertProblem(String problem, Runnable broken) {
    assertEquals(problem, assertThrows(IllegalArgumentException.class, broken::run).getMessage());
  }
}
