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
    assertEquals(Optional.of(late), joins(early.plus(late)));
    assertEquals(Optional.of(late), joins(late.times(early)));
    assertEquals(Optional.of(early), joins(early.plus(start)));
  }

  @Test
  void twoValuesOfOneKernelStayApart() {
    assertEquals(Optional.empty(), joins(late.plus(lateToo)));
    assertEquals(Optional.empty(), joins(late.times(late)));
  }

  @Test
  void operandsThatBroadcastStayApart() {
    assertEquals(Optional.empty(), joins(late.plus(row)));
  }

  @Test
  void otherFunctionsStayApart() {
    assertEquals(Optional.empty(), joins(early.minus(late)));
    assertEquals(Optional.empty(), joins(early.dividedBy(late)));
    assertEquals(Optional.empty(), joins(late.times(3)));
  }
}
