package org.diffusion4j.core.execution.onednn;

import static org.diffusion4j.core.execution.onednn.SameDiffComparison.assertEqual;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LayerCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer on oneDNN, forward and backward, against SameDiff in double precision. */
class OneDnnLayersTest {
  /** Of the largest value of a tensor. */
  private static final double F32_TOLERANCE = 2e-5;

  /** Of the largest value: bfloat16 has 8 bits, and a layer rounds several times. */
  private static final double BF16_TOLERANCE = 4e-2;

  @Test
  void everyKindHasALowering() {
    Set<Class<?>> lowered =
        LayerCase.kinds().stream()
            .filter(kind -> Lowerings.ALL.of(kind.asSubclass(Layer.class)).isPresent())
            .collect(Collectors.toSet());
    assertEquals(LayerCase.kinds(), lowered);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsAreThoseOfSameDiff(LayerCase layer) {
    assertEqual(layer.build(), LayerCase::values, Precision.F32, F32_TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsInBfloat16AreClose(LayerCase layer) {
    assertEqual(layer.build(), LayerCase::values, Precision.BF16, BF16_TOLERANCE);
  }

  private static Stream<LayerCase> cases() {
    return LayerCase.all().filter(layer -> layer.layer() != SameDiffOperation.class);
  }
}
