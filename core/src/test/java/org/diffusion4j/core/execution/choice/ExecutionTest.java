package org.diffusion4j.core.execution.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.onednn.OneDnnExecutor;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class ExecutionTest {
  private final Weights none = new Weights(List.of(), Map.of());

  @BeforeEach
  @AfterEach
  void forget() {
    System.clearProperty(Execution.EXECUTOR);
    System.clearProperty(Execution.PRECISION);
  }

  @Test
  void withoutPropertiesItIsAutomaticInFloat32() {
    assertEquals(new Execution(ExecutorType.AUTO, Precision.F32), Execution.current());
  }

  @Test
  void propertiesAreRead() {
    System.setProperty(Execution.EXECUTOR, "onednn");
    System.setProperty(Execution.PRECISION, "bf16");
    assertEquals(new Execution(ExecutorType.ONEDNN, Precision.BF16), Execution.current());
    new Execution(ExecutorType.SAMEDIFF, Precision.FAST).use();
    assertEquals(new Execution(ExecutorType.SAMEDIFF, Precision.FAST), Execution.current());
  }

  @Test
  void unknownNamesAreRefused() {
    System.setProperty(Execution.EXECUTOR, "tensorrt");
    assertEquals(
        "diffusion4j.executor (=tensorrt) must be one of auto, onednn, samediff",
        assertThrows(IllegalArgumentException.class, Execution::current).getMessage());
    System.clearProperty(Execution.EXECUTOR);
    System.setProperty(Execution.PRECISION, "f64");
    assertEquals(
        "diffusion4j.precision (=f64) must be one of f32, bf16, fast",
        assertThrows(IllegalArgumentException.class, Execution::current).getMessage());
  }

  @Test
  void automaticIsOneDnnWhereItCanRunTheGraph() {
    Graph graph = new Graph();
    graph.named("y", graph.affine(graph.input("x", 3), 2, 1));
    assertRuns(graph, OneDnnExecutor.class);
  }

  @Test
  void automaticIsSameDiffForItsOwnOperationsAndInDoublePrecision() {
    Graph own = new Graph();
    Tensor x = own.input("x", 3);
    own.named("y", own.add(SameDiffOperation.of(List.of(x), (sd, v) -> v.get(0).mul(2).add(1), 3)));
    assertRuns(own, SameDiffExecutor.class);
    Graph exact = new Graph(DataType.DOUBLE);
    exact.named("y", exact.affine(exact.input("x", 3), 2, 1));
    assertRuns(exact, SameDiffExecutor.class);
  }

  private void assertRuns(Graph graph, Class<? extends GraphExecutor> kind) {
    try (GraphExecutor executor = Execution.current().open(graph, none)) {
      assertInstanceOf(kind, executor);
      assertEquals(
          7, executor.run(Map.of("x", Nd4j.createFromArray(1f, 2f, 3f)), "y").getDouble(2));
    }
  }

  @Test
  void sameDiffHasNoBfloat16() {
    assertEquals(
        "precision (=BF16) must be F32 or F64 on SameDiff",
        assertThrows(
                IllegalArgumentException.class,
                () -> ExecutorType.SAMEDIFF.open(new Graph(), none, Precision.BF16))
            .getMessage());
  }
}
