package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExponentialMovingAverageTest {
  @Test
  void decayWithWarmupIsThatOfDiffusers() {
    EmaDecay decay = new EmaDecay(0.95, true, 1, 0.75);
    // EMAModel.cur_decay_value of diffusers 0.31 after updates 1 to 5.
    double[] expected = {
      0, 0.4053964424986395, 0.5613086623491692, 0.6464466094067263, 0.7009302437557559
    };
    for (int update = 1; update <= expected.length; update++) {
      assertEquals(expected[update - 1], decay.at(update), 1e-15);
    }
    assertEquals(0.95, decay.at(1000));
  }

  @Test
  void decayWithoutWarmupStartsAtTwoElevenths() {
    EmaDecay decay = EmaDecay.of(0.9);
    assertEquals(0, decay.at(1));
    assertEquals(2.0 / 11, decay.at(2), 1e-15);
    assertEquals(3.0 / 12, decay.at(3), 1e-15);
    assertEquals(0.9, decay.at(1000));
  }

  @Test
  void decayBeginsLaterAndNotBelowTheSmallest() {
    EmaDecay decay = new EmaDecay(0.9, 0.25, 3, false, 1, 1);
    assertEquals(0, decay.at(4));
    // 2 / 11 is below the smallest.
    assertEquals(0.25, decay.at(5));
    assertEquals(4.0 / 13, decay.at(7), 1e-15);
    var error =
        assertThrows(IllegalArgumentException.class, () -> new EmaDecay(0.5, 0.7, 0, false, 1, 1));
    assertEquals("minDecay (=0.7) must be in [0, decay (=0.5)]", error.getMessage());
  }

  @Test
  void movesTowardsTheParameters() {
    int length = HostFloats.CHUNK + 5;
    INDArray bias = Nd4j.zeros(DataType.FLOAT, length);
    ExponentialMovingAverage ema =
        new ExponentialMovingAverage(EmaDecay.of(0.9), Map.of("bias", bias));
    bias.assign(11);
    ema.update(1);
    assertEquals(bias, ema.shadow().get("bias"));
    bias.assign(0);
    ema.update(2);
    // 11 - (1 - 2/11) (11 - 0)
    assertEquals(2f, ema.shadow().get("bias").getFloat(0), 1e-6f);
    assertEquals(2f, ema.shadow().get("bias").getFloat(length - 1), 1e-6f);
    assertEquals(0f, bias.getFloat(0));
  }

  @Test
  void takesThePlaceOfTheAveragedParametersAlone() {
    INDArray trained = Nd4j.zeros(DataType.FLOAT, 2);
    INDArray frozen = Nd4j.zeros(DataType.FLOAT, 3);
    Weights weights =
        new Weights(
            List.of(spec("trained", 2), spec("frozen", 3)),
            Map.of("trained", trained, "frozen", frozen));
    ExponentialMovingAverage ema =
        new ExponentialMovingAverage(EmaDecay.of(0.9), Map.of("trained", trained));
    Weights averaged = ema.applyTo(weights);
    assertSame(ema.shadow().get("trained"), averaged.get("trained"));
    assertSame(frozen, averaged.get("frozen"));
  }

  private static ParameterSpec spec(String name, long size) {
    return new ParameterSpec(name, ParameterLayout.PLAIN, Initializer.ZEROS, List.of(size));
  }

  @Test
  void refusesADecayOfOne() {
    var error = assertThrows(IllegalArgumentException.class, () -> EmaDecay.of(1));
    assertEquals("decay (=1.0) must be in [0, 1)", error.getMessage());
  }
}
