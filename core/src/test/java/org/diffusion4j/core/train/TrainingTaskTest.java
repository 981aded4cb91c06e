package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class TrainingTaskTest {
  @Test
  void biasesAndScalesAreNoMatrices() {
    Weights weights =
        new Weights(
            List.of(spec("fc.weight", 2L, 3L), spec("fc.bias", 3L), spec("logit_scale")),
            Map.of(
                "fc.weight", Nd4j.zeros(DataType.FLOAT, 2, 3),
                "fc.bias", Nd4j.zeros(DataType.FLOAT, 3),
                "logit_scale", Nd4j.scalar(0f)));
    Predicate<String> matrices = TrainingTask.matrices(weights);
    assertTrue(matrices.test("fc.weight"));
    assertFalse(matrices.test("fc.bias"));
    assertFalse(matrices.test("logit_scale"));
  }

  private static ParameterSpec spec(String name, Long... shape) {
    return new ParameterSpec(name, ParameterLayout.PLAIN, Initializer.ZEROS, List.of(shape));
  }
}
