package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OptimizerTest {
  @Test
  void adamWWithoutWeightDecayIsAdam() {
    INDArray adam = Nd4j.ones(DataType.FLOAT, 2, 3);
    INDArray adamW = adam.dup();
    Map<String, INDArray> gradient =
        Map.of("weight", Nd4j.createFromArray(new float[][] {{1, 2, 3}, {-5, 7, 11}}));
    Optimizer first = new Adam.Config(0.9, 0.99, 1e-8, 0).create(Map.of("weight", adam), n -> true);
    Optimizer second =
        new AdamW.Config(0.9, 0.99, 1e-8, 0).create(Map.of("weight", adamW), n -> true);
    for (int step = 1; step <= 3; step++) {
      first.step(step, 0.1, gradient);
      second.step(step, 0.1, gradient);
    }
    assertEquals(adam, adamW);
    assertNotEquals(Nd4j.ones(DataType.FLOAT, 2, 3), adam);
  }

  static List<Optimizer.Config> decaying() {
    return List.of(
        new AdamW.Config(0.9, 0.999, 1e-8, 0.5),
        new Adam.Config(0.9, 0.999, 1e-8, 0.5),
        new Sgd.Config(0.9, 0.5));
  }

  @ParameterizedTest
  @MethodSource("decaying")
  void aZeroGradientLeavesOnlyTheDecayOfWhatDecays(Optimizer.Config config) {
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    INDArray embedding = Nd4j.ones(DataType.FLOAT, 5, 2);
    INDArray bias = Nd4j.ones(DataType.FLOAT, 7);
    Optimizer optimizer =
        config.create(
            Map.of("weight", weight, "embedding", embedding, "bias", bias),
            Set.of("weight", "bias")::contains);
    optimizer.step(
        1,
        0.25,
        Map.of("weight", weight.like(), "embedding", embedding.like(), "bias", bias.like()));
    // 1 - 0.25 * 0.5; the first step of Adam is the learning rate, whatever the gradient
    double decayed = config instanceof Adam.Config ? 0.75 : 0.875;
    assertArrayEquals(fill(6, decayed), weight.ravel().toFloatVector(), 1e-6f);
    assertEquals(Nd4j.ones(DataType.FLOAT, 5, 2), embedding);
    assertArrayEquals(fill(7, decayed), bias.toFloatVector(), 1e-6f);
  }

  private static float[] fill(int length, double value) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, (float) value);
    return values;
  }

  /** More values than one thread changes at a time, and fewer than a chunk. */
  @ParameterizedTest
  @MethodSource("decaying")
  void onePassIsAsGoodAsThree(Optimizer.Config config) {
    Map<String, INDArray> fused = parameters();
    Map<String, INDArray> single = parameters();
    ExponentialMovingAverage fusedAverage = new ExponentialMovingAverage(EmaDecay.of(0.9), fused);
    ExponentialMovingAverage singleAverage = new ExponentialMovingAverage(EmaDecay.of(0.9), single);
    Optimizer first = config.create(fused, "weight"::equals);
    Optimizer second = config.create(single, "weight"::equals);
    for (int step = 1; step <= 3; step++) {
      Map<String, INDArray> gradients = gradients(step);
      first.step(step, 0.1, gradients, 0.3, Optional.of(fusedAverage));
      gradients.values().forEach(gradient -> gradient.muli(0.3f));
      second.step(step, 0.1, gradients);
      singleAverage.update(step);
    }
    assertEquals(single, fused);
    assertEquals(second.state(), first.state());
    assertEquals(singleAverage.shadow(), fusedAverage.shadow());
    assertNotEquals(fused, fusedAverage.shadow());
    assertNotEquals(parameters(), fused);
  }

  private static Map<String, INDArray> parameters() {
    return random(5);
  }

  private static Map<String, INDArray> gradients(int step) {
    return random(7 + step);
  }

  private static Map<String, INDArray> random(int seed) {
    Generator generator = new Generator(seed);
    return Map.of(
        "weight",
        generator.randn(17, HostFloats.CHUNK + 3).castTo(DataType.FLOAT),
        "bias",
        generator.randn(7).castTo(DataType.FLOAT));
  }

  @Test
  void refusesAnAverageOfOtherArraysBeforeAnythingChanges() {
    INDArray bias = Nd4j.ones(DataType.FLOAT, 7);
    Optimizer optimizer = AdamW.Config.TORCH.create(Map.of("bias", bias), any -> true);
    ExponentialMovingAverage other =
        new ExponentialMovingAverage(EmaDecay.of(0.9), Map.of("bias", bias.dup()));
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> optimizer.step(1, 0.1, Map.of("bias", bias.dup()), 1, Optional.of(other)));
    assertEquals("ema must average the arrays that the optimizer changes", error.getMessage());
    assertEquals(Nd4j.ones(DataType.FLOAT, 7), bias);
  }

  @Test
  void refusesAGradientInAnotherOrderBeforeAnythingChanges() {
    INDArray bias = Nd4j.ones(DataType.FLOAT, 7);
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    Optimizer optimizer =
        AdamW.Config.TORCH.create(Map.of("bias", bias, "weight", weight), any -> true);
    INDArray transposed = Nd4j.ones(DataType.FLOAT, 3, 2).transpose();
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> optimizer.step(1, 0.1, Map.of("bias", bias.dup(), "weight", transposed)));
    assertTrue(error.getMessage().startsWith("gradient of weight ("), error.getMessage());
    assertEquals(Nd4j.ones(DataType.FLOAT, 7), bias);
  }

  @Test
  void updatesTheLastValuesOfAnArrayThatIsNoMultipleOfAChunk() {
    int length = HostFloats.CHUNK + 7;
    INDArray bias = Nd4j.zeros(DataType.FLOAT, length);
    Optimizer optimizer = AdamW.Config.TORCH.create(Map.of("bias", bias), any -> true);
    optimizer.step(1, 0.5, Map.of("bias", Nd4j.ones(DataType.FLOAT, length)));
    assertArrayEquals(fill(length, -0.5), bias.toFloatVector(), 1e-6f);
  }

  @Test
  void namesTheParameterWhoseGradientIsMissingOrOfAnotherShape() {
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    Optimizer optimizer = AdamW.Config.TORCH.create(Map.of("weight", weight), any -> true);
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
    assertThrows(IllegalArgumentException.class, () -> new Adam.Config(0.9, 1, 1e-8, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sgd.Config(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sgd.Config(0.9, Double.NaN));
  }
}
