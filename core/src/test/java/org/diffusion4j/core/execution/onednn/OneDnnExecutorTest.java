package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class OneDnnExecutorTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 3, 5);
  private final Tensor y = graph.named("y", new Linear(7).build(graph.scope("fc"), x));

  private final Weights weights = Weights.initialize(graph.parameters(), new Generator(1));
  private final OneDnnExecutor executor = new OneDnnExecutor(graph, weights, Precision.F32);
  private final Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));

  OneDnnExecutorTest() {
    graph.named("loss", graph.mean(y.times(y), false));
  }

  @Test
  void aLaterRunLeavesEarlierResultsAsTheyWere() {
    INDArray first = executor.run(inputs, "y");
    INDArray slope = gradient(inputs);
    float[] values = values(first);
    float[] slopes = values(slope);
    Map<String, INDArray> others = Map.of("x", new Generator(3).randn(3, 5));
    executor.run(others, "y");
    gradient(others);
    assertArrayEquals(values, values(first));
    assertArrayEquals(slopes, values(slope));
    assertArrayEquals(values, values(executor.run(inputs, "y")));
    assertArrayEquals(slopes, values(gradient(inputs)));
  }

  @Test
  void changedWeightsAreSeenByTheNextRun() {
    INDArray before = executor.run(inputs, "y");
    INDArray slope = gradient(inputs);
    weights.get("fc.weight").muli(2);
    weights.get("fc.bias").muli(2);
    weights.changed();
    assertArrayEquals(values(before.mul(2)), values(executor.run(inputs, "y")), 1e-6f);
    assertArrayEquals(values(slope.mul(2)), values(gradient(inputs)), 1e-6f);
  }

  @Test
  void executorsOverTheSameWeightsShareWhatTheyLayOut() {
    executor.run(inputs, "y");
    PackedWeights packed = PackedWeights.of(weights);
    assertEquals(1, packed.size());
    try (GraphExecutor other = new OneDnnExecutor(graph, weights, Precision.F32)) {
      other.run(inputs, "y");
      assertEquals(1, packed.size());
      float[] expected = values(executor.run(inputs, "y"));
      executor.close();
      assertEquals(1, packed.size());
      assertArrayEquals(expected, values(other.run(inputs, "y")), 0f);
    }
    assertEquals(0, packed.size());
  }

  @Test
  void partsOfArraysAreReadAsTheyAre() {
    INDArray wide = new Generator(5).randn(3, 11);
    INDArray part = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(4, 9));
    INDArray turned = part.dup('f');
    float[] expected = values(executor.run(Map.of("x", part.dup('c')), "y"));
    assertArrayEquals(expected, values(executor.run(Map.of("x", part), "y")));
    assertArrayEquals(expected, values(executor.run(Map.of("x", turned), "y")));
    assertArrayEquals(
        expected, values(executor.run(Map.of("x", part.castTo(DataType.DOUBLE)), "y")));
  }

  @Test
  void inputsAndParametersMayBeOutputs() {
    Map<String, INDArray> values = executor.run(inputs, List.of("x", "fc.weight", "y"));
    assertArrayEquals(values(inputs.get("x")), values(values.get("x")));
    assertArrayEquals(values(weights.get("fc.weight")), values(values.get("fc.weight")));
  }

  @Test
  void theLossMayBeAnOutput() {
    Gradients result = executor.gradients(inputs, "loss", List.of("x"), List.of("loss", "y"));
    assertEquals(result.loss(), result.outputs().get("loss").getDouble(0));
    assertArrayEquals(new long[] {3, 5}, result.gradients().get("x").shape());
  }

  @Test
  void whatTheLossDoesNotDependOnHasAGradientOfZeros() {
    graph.parameter("unused", ParameterLayout.PLAIN, new Initializer.Constant(1), 2, 3);
    Weights more = Weights.initialize(graph.parameters(), new Generator(1));
    try (GraphExecutor other = new OneDnnExecutor(graph, more, Precision.F32)) {
      INDArray gradient =
          other.gradients(inputs, "loss", List.of("unused"), List.of()).gradients().get("unused");
      assertEquals(Nd4j.zeros(DataType.FLOAT, 2, 3), gradient);
    }
  }

  @Test
  void threadsMayTakeTurns() throws InterruptedException {
    float[] expected = values(executor.run(inputs, "y"));
    List<float[]> others = new ArrayList<>();
    Thread thread = new Thread(() -> others.add(values(executor.run(inputs, "y"))));
    thread.start();
    thread.join();
    assertArrayEquals(expected, others.get(0));
  }

  @Test
  void inputsAreChecked() {
    assertRefused("input (=x) must be given", () -> executor.run(Map.of(), "y"));
    assertRefused(
        "input (=z) must be one of [x]",
        () -> executor.run(Map.of("x", inputs.get("x"), "z", Nd4j.scalar(1f)), "y"));
    assertRefused(
        "shape of input x (=[5, 3]) must be [3, 5]",
        () -> executor.run(Map.of("x", Nd4j.zeros(5, 3)), "y"));
    assertRefused(
        "loss (=" + y + ") must be a scalar",
        () -> executor.gradients(inputs, "y", List.of("x"), List.of()));
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    Graph other = new Graph();
    new Linear(2).build(other.scope("fc"), other.input("x", 3, 5));
    assertRefused(
        "shape of fc.bias (=[7]) must be [2]",
        () -> new OneDnnExecutor(other, weights, Precision.F32));
  }

  @Test
  void whatItCannotRunIsSaid() {
    assertEquals(Optional.empty(), obstacle(graph));
    assertEquals(Optional.of("the graph computes in DOUBLE"), obstacle(new Graph(DataType.DOUBLE)));
    graph.add(SameDiffOperation.of(List.of(x), (sd, v) -> v.get(0).mul(2), 3, 5));
    String obstacle = obstacle(graph).orElseThrow();
    assertTrue(obstacle.startsWith("SameDiffOperation#"), obstacle);
    assertRefused(
        "oneDNN cannot run this graph: " + obstacle,
        () -> new OneDnnExecutor(graph, weights, Precision.F32));
    assertRefused(
        "oneDNN cannot run this graph: it has no float64",
        () -> new OneDnnExecutor(new Graph(), weights, Precision.F64));
  }

  private static Optional<String> obstacle(Graph graph) {
    return new OneDnnProvider().obstacle(graph, Precision.F32);
  }

  @Test
  void fastIsFloat32InGradients() {
    try (GraphExecutor fast = new OneDnnExecutor(graph, weights, Precision.FAST)) {
      assertArrayEquals(
          values(gradient(inputs)),
          values(
              fast.gradients(inputs, "loss", List.of("fc.weight"), List.of())
                  .gradients()
                  .get("fc.weight")));
    }
  }

  @Test
  void profilesHaveATimeForEachKind() {
    List<Integer> ran = new ArrayList<>();
    List<LayerTime> times = executor.profile(inputs, List.of("y"), 3, ran::add);
    assertEquals(List.of(1, 2, 3), ran);
    LayerTime dense =
        times.stream().filter(time -> time.kind().equals("Dense")).findFirst().orElseThrow();
    assertEquals(1, dense.steps());
    assertTrue(dense.seconds() > 0);
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i - 1).seconds() >= times.get(i).seconds());
    }
    List<LayerTime> backward =
        executor.profileGradients(inputs, "loss", List.of("fc.weight"), 2, done -> {});
    assertTrue(backward.stream().anyMatch(time -> time.kind().equals("backward Dense")));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  private INDArray gradient(Map<String, INDArray> of) {
    return executor
        .gradients(of, "loss", List.of("fc.weight"), List.of())
        .gradients()
        .get("fc.weight");
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
