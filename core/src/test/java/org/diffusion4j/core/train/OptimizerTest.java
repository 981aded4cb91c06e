package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.testing.GoldenFile;
import org.diffusion4j.core.testing.TensorAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OptimizerTest {
  static List<GoldenFile.Case> traces() {
    return GoldenFile.open("golden/ops/optimizers").cases();
  }

  @ParameterizedTest
  @MethodSource("traces")
  void followsTorch(GoldenFile.Case golden) {
    assertTrace(config(golden.name(), golden.json().get("hyper")), golden);
  }

  @Test
  void adamWWithoutWeightDecayIsAdam() {
    GoldenFile.Case adam =
        traces().stream().filter(c -> c.name().equals("adam")).findFirst().orElseThrow();
    assertTrace(new AdamW.Config(0.9, 0.999, 1e-8, 0), adam);
  }

  @Test
  void theReferenceCoversEveryOptimizer() {
    assertEquals(
        List.of("sgd_mom", "adam", "adam_wd", "adamw"),
        traces().stream().map(GoldenFile.Case::name).toList());
  }

  private static Optimizer.Config config(String name, JsonNode hyper) {
    double weightDecay = hyper.get("weight_decay").asDouble();
    if (name.startsWith("sgd")) {
      return new Sgd.Config(hyper.get("momentum").asDouble(), weightDecay);
    }
    double beta1 = hyper.get("betas").get(0).asDouble();
    double beta2 = hyper.get("betas").get(1).asDouble();
    double eps = hyper.get("eps").asDouble();
    return name.equals("adamw")
        ? new AdamW.Config(beta1, beta2, eps, weightDecay)
        : new Adam.Config(beta1, beta2, eps, weightDecay);
  }

  private static void assertTrace(Optimizer.Config config, GoldenFile.Case golden) {
    double learningRate = golden.json().get("hyper").get("lr").asDouble();
    INDArray params = golden.tensor("params");
    INDArray grads = golden.tensor("grads");
    INDArray parameter = params.slice(0).dup('c');
    Optimizer optimizer = config.create(Map.of("weight", parameter), any -> true);
    for (int step = 1; step <= grads.size(0); step++) {
      optimizer.step(step, learningRate, Map.of("weight", grads.slice(step - 1).dup('c')));
      TensorAssertions.assertClose(
          params.slice(step), parameter, 1e-6, 1e-5, golden + " after step " + step);
    }
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
            name -> !name.equals("embedding"));
    optimizer.step(
        1,
        0.25,
        Map.of("weight", weight.like(), "embedding", embedding.like(), "bias", bias.like()));
    // 1 - 0.25 * 0.5; the first step of Adam is the learning rate, whatever the gradient
    double decayed = config instanceof Adam.Config ? 0.75 : 0.875;
    assertArrayEquals(fill(6, decayed), weight.ravel().toFloatVector(), 1e-6f);
    assertEquals(Nd4j.ones(DataType.FLOAT, 5, 2), embedding);
    assertEquals(Nd4j.ones(DataType.FLOAT, 7), bias);
  }

  private static float[] fill(int length, double value) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, (float) value);
    return values;
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
    Optimizer optimizer = new AdamW(AdamW.Config.TORCH, Map.of("bias", bias), any -> true);
    optimizer.step(1, 0.5, Map.of("bias", Nd4j.ones(DataType.FLOAT, length)));
    assertArrayEquals(fill(length, -0.5), bias.toFloatVector(), 1e-6f);
  }

  @Test
  void namesTheParameterWhoseGradientIsMissingOrOfAnotherShape() {
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    Optimizer optimizer = new AdamW(AdamW.Config.TORCH, Map.of("weight", weight), any -> true);
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
