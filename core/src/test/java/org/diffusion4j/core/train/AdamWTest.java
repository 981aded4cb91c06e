package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdamWTest {
  @Test
  void aZeroGradientLeavesOnlyTheDecayOfWhatDecays() {
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    INDArray embedding = Nd4j.ones(DataType.FLOAT, 5, 2);
    INDArray bias = Nd4j.ones(DataType.FLOAT, 7);
    AdamW optimizer =
        new AdamW(
            new AdamW.Config(0.9, 0.999, 1e-8, 0.5),
            Map.of("weight", weight, "embedding", embedding, "bias", bias),
            name -> !name.equals("embedding"));
    optimizer.step(
        1,
        0.25,
        Map.of("weight", weight.like(), "embedding", embedding.like(), "bias", bias.like()));
    // 1 - 0.25 * 0.5
    assertEquals(Nd4j.valueArrayOf(new long[] {2, 3}, 0.875, DataType.FLOAT), weight);
    assertEquals(Nd4j.ones(DataType.FLOAT, 5, 2), embedding);
    assertEquals(Nd4j.ones(DataType.FLOAT, 7), bias);
  }

  @Test
  void updatesTheLastValuesOfAnArrayThatIsNoMultipleOfAChunk() {
    int length = HostFloats.CHUNK + 7;
    INDArray bias = Nd4j.zeros(DataType.FLOAT, length);
    AdamW optimizer = new AdamW(AdamW.Config.TORCH, Map.of("bias", bias), any -> true);
    optimizer.step(1, 0.5, Map.of("bias", Nd4j.ones(DataType.FLOAT, length)));
    float[] expected = new float[length];
    java.util.Arrays.fill(expected, -0.5f);
    assertArrayEquals(expected, bias.toFloatVector(), 1e-6f);
  }

  @Test
  void namesTheParameterWhoseGradientIsMissingOrOfAnotherShape() {
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    AdamW optimizer = new AdamW(AdamW.Config.TORCH, Map.of("weight", weight), any -> true);
    var missing =
        assertThrows(IllegalArgumentException.class, () -> optimizer.step(1, 0.1, Map.of()));
    assertEquals("no gradient for parameter weight", missing.getMessage());
    INDArray transposed = Nd4j.ones(DataType.FLOAT, 3, 2);
    var shape =
        assertThrows(
            IllegalArgumentException.class,
            () -> optimizer.step(1, 0.1, Map.of("weight", transposed)));
    assertTrue(shape.getMessage().contains("[3, 2]"), shape.getMessage());
    assertTrue(shape.getMessage().contains("[2, 3]"), shape.getMessage());
  }

  @Test
  void refusesBetasOutsideTheirRange() {
    var error =
        assertThrows(IllegalArgumentException.class, () -> new AdamW.Config(1, 0.999, 1e-8, 0.01));
    assertEquals("beta1 (=1.0) must be in [0, 1)", error.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new AdamW.Config(0.9, Double.NaN, 1e-8, 0.01));
  }
}
