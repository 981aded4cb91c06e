package org.diffusion4j.core.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

class ExecutionTest {
  private final Weights none = new Weights(List.of(), Map.of());

  @Test
  void theDefaultIsAutomaticInFloat32OnAllProcessors() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertEquals(new Execution("auto", Precision.F32, processors), Execution.auto());
  }

  @Test
  void providersAreFoundWithThePreferredOneFirst() {
    assertEquals(List.of("onednn", "samediff"), Execution.executors());
  }

  @Test
  void automaticIsOneDnnWhereItCanRunTheGraph() {
    Graph graph = new Graph();
    graph.named("y", graph.affine(graph.input("x", 3), 2, 1));
    assertRuns(graph, Execution.auto(), Execution.auto().withExecutor("onednn"));
    Execution half = Execution.auto().withPrecision(Precision.BF16).withThreads(3);
    assertRuns(graph, half, half.withExecutor("onednn"));
  }

  @Test
  void automaticIsSameDiffForItsOwnOperationsAndInDoublePrecision() {
    Execution sameDiff = Execution.auto().withExecutor("samediff");
    assertRuns(ofOperationsOfItsOwn(), Execution.auto(), sameDiff);
    Graph exact = new Graph(DataType.DOUBLE);
    exact.named("y", exact.affine(exact.input("x", 3), 2, 1));
    assertRuns(exact, Execution.auto(), sameDiff);
  }

  @Test
  void whatCannotBeInBfloat16IsInFloat32WhereTheExecutorIsAutomatic() {
    Execution half = Execution.auto().withPrecision(Precision.BF16);
    assertRuns(ofOperationsOfItsOwn(), half, Execution.auto().withExecutor("samediff"));
    assertRefused(
        "executor (=samediff) cannot run this graph: it has no bfloat16: the precision must be"
            + " F32, FAST or F64",
        () -> half.withExecutor("samediff").open(ofOperationsOfItsOwn(), none));
    assertRefused(
        "executor (=samediff) cannot compute in BF16: it has no bfloat16: the precision must be"
            + " F32, FAST or F64",
        () -> half.withExecutor("samediff").requireExecutor());
  }

  @Test
  void unknownNamesAreRefused() {
    Execution unknown = Execution.auto().withExecutor("tensorrt");
    String message = "executor (=tensorrt) must be auto or one of [onednn, samediff]";
    assertRefused(message, () -> unknown.open(new Graph(), none));
    assertRefused(message, unknown::requireExecutor);
    assertRefused("threads (=0) must be positive", () -> Execution.auto().withThreads(0));
    assertRefused("executor (= ) must be a name", () -> Execution.auto().withExecutor(" "));
  }

  @Test
  void workersShareTheThreads() {
    Execution seven = Execution.auto().withThreads(7);
    assertEquals(seven, seven.sharedBy(1));
    assertEquals(seven.withThreads(2), seven.sharedBy(3));
    assertEquals(seven.withThreads(1), seven.sharedBy(11));
  }

  /** An executor takes its own number of threads and leaves that of its caller as it was. */
  @Test
  void theCallersThreadsStayAsTheyWere() {
    Graph graph = new Graph();
    graph.named("y", graph.affine(graph.input("x", 3), 2, 1));
    NativeThreads.run(
        5,
        () -> {
          for (String executor : Execution.executors()) {
            Execution execution = new Execution(executor, Precision.F32, 2);
            assertRuns(graph, execution, execution);
            assertEquals(5, NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads());
          }
        });
  }

  private static Graph ofOperationsOfItsOwn() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 3);
    graph.named(
        "y", graph.add(SameDiffOperation.of(List.of(x), (sd, v) -> v.get(0).mul(2).add(1), 3)));
    return graph;
  }

  private void assertRuns(Graph graph, Execution execution, Execution expected) {
    try (GraphExecutor executor = execution.open(graph, none)) {
      assertEquals(expected, executor.execution());
      assertEquals(
          7, executor.run(Map.of("x", Nd4j.createFromArray(1f, 2f, 3f)), "y").getDouble(2));
    }
  }

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }
}
