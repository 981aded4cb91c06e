package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.junit.jupiter.api.Test;

class ResidualRuleTest {
  private final Graph graph = new Graph();
  private final Tensor start = graph.input("start", 2, 3);
  private final Tensor early = graph.input("early", 2, 3);
  private final Tensor late = graph.input("late", 2, 3);
  private final Tensor lateToo = graph.input("lateToo", 2, 3);
  private final Tensor row = graph.input("row", 1, 3);
  private final Map<Tensor, Integer> kernels = Map.of(early, 2, late, 5, lateToo, 5, row, 7);

  private Optional<Tensor> joins(Tensor output) {
    return new ResidualRule()
        .joins(Nodes.giving(graph, output).layer(), x -> kernels.getOrDefault(x, -1));
  }

  @Test
  void sumsAndProductsJoinWhatIsThereLast() {
    assertEquals(Optional.of(late), joins(graph.add(early, late)));
    assertEquals(Optional.of(late), joins(graph.multiply(late, early)));
    assertEquals(Optional.of(early), joins(graph.add(early, start)));
  }

  @Test
  void twoValuesOfOneKernelStayApart() {
    assertEquals(Optional.empty(), joins(graph.add(late, lateToo)));
    assertEquals(Optional.empty(), joins(graph.multiply(late, late)));
  }

  @Test
  void operandsThatBroadcastStayApart() {
    assertEquals(Optional.empty(), joins(graph.add(late, row)));
  }

  @Test
  void otherFunctionsStayApart() {
    assertEquals(Optional.empty(), joins(graph.subtract(early, late)));
    assertEquals(Optional.empty(), joins(graph.divide(early, late)));
    assertEquals(Optional.empty(), joins(graph.scale(late, 3)));
  }
}
