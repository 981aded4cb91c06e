package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.junit.jupiter.api.Test;

class ElementwiseRuleTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 3);

  private Optional<Tensor> joins(Tensor output) {
    return new ElementwiseRule().joins(Nodes.giving(graph, output).layer(), tensor -> 0);
  }

  @Test
  void functionsOfEachValueJoinWhatGivesIt() {
    for (Tensor y :
        List.of(
            graph.apply(UnaryFunction.SILU, x),
            x.times(3),
            graph.leakyRelu(x, 0.1),
            graph.elu(x, 1),
            graph.clip(x, -1, 1))) {
      assertEquals(Optional.of(x), joins(y), y.name());
    }
  }

  @Test
  void functionsOfManyValuesDoNot() {
    for (Tensor y : List.of(graph.softmax(x, 1), graph.reshape(x, 6), x.plus(x))) {
      assertEquals(Optional.empty(), joins(y), y.name());
    }
  }
}
