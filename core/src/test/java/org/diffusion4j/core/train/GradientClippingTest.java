package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientClippingTest {
  private final INDArray weight = Nd4j.createFromArray(new float[][] {{2, 0, 4}, {1, 0, 0}});
  private final INDArray bias = Nd4j.createFromArray(2f, 0f, 0f, 0f, 0f);

  private Map<String, INDArray> gradients() {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    gradients.put("weight", weight);
    gradients.put("bias", bias);
    return gradients;
  }

  @Test
  void scalesAllGradientsByTheirCommonNorm() {
    // sqrt(4 + 16 + 1 + 4) = 5, so that a bound of 1 scales by 1 / (5 + 1e-6).
    assertEquals(5, GradientClipping.clip(gradients(), 1), 1e-12);
    assertArrayEquals(
        new float[] {0.4f, 0, 0.8f, 0.2f, 0, 0}, weight.ravel().toFloatVector(), 1e-6f);
    assertEquals(0.4f, bias.getFloat(0), 1e-6f);
    assertEquals(1, GradientClipping.norm(gradients()), 1e-6);
  }

  @Test
  void leavesGradientsBelowTheBoundAsTheyAre() {
    assertEquals(5, GradientClipping.clip(gradients(), 5.1), 1e-12);
    assertEquals(4f, weight.getFloat(0, 2));
    assertEquals(5, GradientClipping.clip(gradients(), Double.POSITIVE_INFINITY), 1e-12);
    assertEquals(4f, weight.getFloat(0, 2));
  }

  @Test
  void scalesNothingWhoseNormIsNotFinite() {
    assertEquals(0.25 / (5 + 1e-6), GradientClipping.scale(5, 0.25));
    assertEquals(1, GradientClipping.scale(5, 7));
    assertEquals(1, GradientClipping.scale(Double.POSITIVE_INFINITY, 7));
    assertEquals(1, GradientClipping.scale(Double.NaN, 7));
    var error = assertThrows(IllegalArgumentException.class, () -> GradientClipping.scale(5, -7));
    assertEquals("maxNorm (=-7.0) must be positive", error.getMessage());
  }

  @Test
  void addsUpEveryValueOfALongGradient() {
    int length = 2 * HostFloats.CHUNK + 3;
    INDArray ones = Nd4j.ones(DataType.FLOAT, length);
    assertEquals(Math.sqrt(length), GradientClipping.norm(Map.of("ones", ones)), 1e-12);
  }

  @Test
  void doesNotOverflowWhereFloatWould() {
    INDArray large = Nd4j.createFromArray(3e38f, 0f);
    assertEquals(3e38f, GradientClipping.norm(Map.of("large", large)), 1e26);
  }

  @Test
  void leavesGradientsThatAreNotFiniteAndNamesTheFirst() {
    bias.putScalar(3, Float.NaN);
    assertEquals(Double.NaN, GradientClipping.clip(gradients(), 1));
    assertEquals(4f, weight.getFloat(0, 2));
    assertEquals(Optional.of("bias"), GradientClipping.firstNonFinite(gradients()));
    weight.putScalar(1, 1, Float.NEGATIVE_INFINITY);
    assertEquals(Optional.of("weight"), GradientClipping.firstNonFinite(gradients()));
  }

  @Test
  void refusesABoundThatIsNotPositive() {
    assertThrows(IllegalArgumentException.class, () -> GradientClipping.clip(gradients(), 0));
    assertThrows(
        IllegalArgumentException.class, () -> GradientClipping.clip(gradients(), Double.NaN));
  }
}
