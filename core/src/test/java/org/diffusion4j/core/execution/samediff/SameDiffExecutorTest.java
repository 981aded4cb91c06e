package org.diffusion4j.core.execution.samediff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LayerCase;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SameDiffExecutorTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 3, 5);
  private final Tensor y = graph.named("y", new Linear(7).build(graph.scope("fc"), x));

  private final Tensor loss = graph.named("loss", graph.mean(y.times(y), false));

  private final Weights weights = Weights.initialize(graph.parameters(), new Generator(1));
  private final SameDiffExecutor executor = new SameDiffExecutor(graph, weights);

  @Test
  void aLaterRunLeavesEarlierResultsAsTheyWere() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    INDArray first = executor.run(inputs, "y");
    INDArray gradient = gradient(inputs, "fc.weight");
    float[] values = values(first);
    float[] slopes = values(gradient);
    Map<String, INDArray> others = Map.of("x", new Generator(3).randn(3, 5));
    executor.run(others, "y");
    gradient(others, "fc.weight");
    assertArrayEquals(values, values(first));
    assertArrayEquals(slopes, values(gradient));
    assertArrayEquals(values, values(executor.run(inputs, "y")));
    assertArrayEquals(slopes, values(gradient(inputs, "fc.weight")));
  }

  @Test
  void closingResultsDoesNoHarm() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    float[] expected = values(executor.run(inputs, "y"));
    for (int i = 0; i < 11; i++) {
      executor.run(inputs, "y").close();
      gradient(inputs, "fc.weight").close();
    }
    assertArrayEquals(expected, values(executor.run(inputs, "y")));
  }

  @Test
  void laterRunsAllocateNothingButTheirResults() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    executor.run(inputs, "y");
    gradient(inputs, "fc.weight");
    ArrayPool pool = pool(executor.sameDiff());
    assertSame(pool, pool(executor.sameDiff().getFunction("grad")));
    long afterTheFirst = pool.created();
    long runs = 11;
    for (int i = 0; i < runs; i++) {
      executor.run(inputs, "y");
      gradient(inputs, "fc.weight");
    }
    // A run gives y; a backward run gives the loss and the gradient.
    assertTrue(pool.created() <= afterTheFirst + 3 * runs, () -> "created: " + pool.created());
  }

  @Test
  void arraysServeAgainWithinARun() {
    Graph chain = new Graph();
    Tensor z = chain.input("x", 3, 5);
    for (int i = 0; i < 11; i++) {
      z = chain.apply(UnaryFunction.TANH, z);
    }
    chain.named("z", z);
    try (SameDiffExecutor chained =
        new SameDiffExecutor(chain, Weights.initialize(List.of(), new Generator(1)))) {
      INDArray x = new Generator(2).randn(3, 5);
      double expected = x.getDouble(0);
      for (int i = 0; i < 11; i++) {
        expected = Math.tanh(expected);
      }
      assertEquals(expected, chained.run(Map.of("x", x), "z").getDouble(0), 1e-6);
      assertEquals(expected, chained.run(Map.of("x", x), "z").getDouble(0), 1e-6);
      // Three take turns: one read, one written, one released when the next operation is done. The
      // first run's result is not given again.
      assertEquals(4, pool(chained.sameDiff()).created());
    }
  }

  @Test
  void threadsMayTakeTurns() throws InterruptedException {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    float[] expected = values(executor.run(inputs, "y"));
    float[] slopes = values(gradient(inputs, "fc.weight"));
    List<float[]> others = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              others.add(values(executor.run(inputs, "y")));
              others.add(values(gradient(inputs, "fc.weight")));
            });
    thread.start();
    thread.join();
    assertArrayEquals(expected, others.get(0));
    assertArrayEquals(slopes, others.get(1));
    assertArrayEquals(expected, values(executor.run(inputs, "y")));
  }

  private static ArrayPool pool(SameDiff instance) {
    InferenceSession session = instance.getSessions().get(Thread.currentThread().getId());
    return assertInstanceOf(ArrayPool.class, session.getMmgr());
  }

  @Test
  void weightsChangedInPlaceAreSeenByTheNextRun() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    gradient(inputs, "fc.weight");
    weights.get("fc.weight").assign(0);
    weights.get("fc.bias").assign(2);
    // y is 2 everywhere: the mean of its square is 4, and each of 21 values has slope 2*2/21.
    assertEquals(4, executor.run(inputs, "loss").getDouble(0), 1e-6);
    for (float slope : values(gradient(inputs, "fc.bias"))) {
      assertEquals(3 * 4 / 21.0, slope, 1e-6);
    }
  }

  @Test
  void rowsOfAnEmbeddingMayBeAResult() {
    Graph lookup = new Graph();
    Tensor table =
        lookup.parameter("weight", ParameterLayout.PLAIN, new Initializer.Normal(1), 5, 2);
    lookup.named("rows", lookup.embedding(table, lookup.inputIds("ids", 3)));
    Weights tables = Weights.initialize(lookup.parameters(), new Generator(7));
    try (SameDiffExecutor rows = new SameDiffExecutor(lookup, tables)) {
      INDArray result = rows.run(Map.of("ids", Nd4j.createFromArray(4L, 0L, 4L)), "rows");
      INDArray weight = tables.get("weight");
      for (int i = 0; i < 3; i++) {
        assertEquals(weight.getRow(i == 1 ? 0 : 4), result.getRow(i));
      }
    }
  }

  @Test
  void lookUpsOfTheSameIdsAddUpInTheGradient() {
    Graph lookup = new Graph();
    Tensor table =
        lookup.parameter("weight", ParameterLayout.PLAIN, new Initializer.Normal(1), 5, 2);
    Tensor ids = lookup.inputIds("ids", 3);
    Tensor first = lookup.embedding(table, ids);
    Tensor second = lookup.embedding(table, ids).times(7);
    lookup.named("loss", lookup.sum(first.plus(second), false));
    Weights tables = Weights.initialize(lookup.parameters(), new Generator(7));
    try (SameDiffExecutor rows = new SameDiffExecutor(lookup, tables)) {
      Map<String, INDArray> inputs = Map.of("ids", Nd4j.createFromArray(4L, 0L, 4L));
      assertArrayEquals(
          new float[] {8, 8, 0, 0, 0, 0, 0, 0, 16, 16},
          values(
              rows.gradients(inputs, "loss", List.of("weight"), List.of())
                  .gradients()
                  .get("weight")));
    }
  }

  @Test
  void executorsOfOneGraphKeepTheirOwnWeights() {
    Map<String, INDArray> inputs = Map.of("x", new Generator(2).randn(3, 5));
    float[] values = values(executor.run(inputs, "y"));
    float[] slopes = values(gradient(inputs, "fc.weight"));
    Weights others = Weights.initialize(graph.parameters(), new Generator(11));
    try (SameDiffExecutor second = new SameDiffExecutor(graph, others)) {
      assertNotEquals(values[0], second.run(inputs, "y").getFloat(0));
      second.gradients(inputs, "loss", List.of("fc.weight"), List.of());
      assertArrayEquals(values, values(executor.run(inputs, "y")));
      assertArrayEquals(slopes, values(gradient(inputs, "fc.weight")));
    }
    assertArrayEquals(values, values(executor.run(inputs, "y")));
  }

  /** A kind of layer that nobody knows. */
  private record Unheard(Tensor x) implements Layer {
    @Override
    public List<Tensor> inputs() {
      return List.of(x);
    }
  }

  @Test
  void aKindOfLayerWithoutOperationsIsRefusedWhenTheExecutorOpens() {
    graph.scope("fc").add(new Unheard(x));
    assertEquals(
        "layer fc.Unheard#3 (=Unheard) must be of a kind that SameDiff has operations for",
        assertThrows(IllegalArgumentException.class, () -> new SameDiffExecutor(graph, weights))
            .getMessage());
  }

  @Test
  void whatIsAddedLaterIsRefused() {
    graph.named("twice", loss.times(2));
    assertEquals(
        "tensor (=Affine#3[]) must be of the graph as it was when it was opened",
        assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of(), "twice"))
            .getMessage());
  }

  @Test
  void weightsOfAnotherTypeAreRefused() {
    Map<String, INDArray> doubles = new HashMap<>();
    graph.parameters().forEach(p -> doubles.put(p.name(), weights.get(p.name())));
    doubles.put("fc.bias", weights.get("fc.bias").castTo(DataType.DOUBLE));
    Weights mixed = new Weights(graph.parameters(), doubles);
    assertEquals(
        "type of fc.bias (=DOUBLE) must be FLOAT",
        assertThrows(IllegalArgumentException.class, () -> new SameDiffExecutor(graph, mixed))
            .getMessage());
  }

  @Test
  void everyKindOfLayerHasOperations() {
    Set<Class<?>> kinds = new HashSet<>(LayerCase.kinds());
    kinds.add(SameDiffOperation.class);
    assertEquals(kinds, new LayerOperations(EmbeddingRows::placeHolder).kinds());
  }

  @Test
  void rowsThatTheLossDoesNotDependOnAddNothingToTheGradient() {
    Graph lookup = new Graph();
    Tensor table =
        lookup.parameter("weight", ParameterLayout.PLAIN, new Initializer.Normal(1), 5, 2);
    Tensor others = lookup.inputIds("others", 3);
    lookup.named("loss", lookup.sum(lookup.embedding(table, lookup.inputIds("ids", 3)), false));
    lookup.named("other", lookup.sum(lookup.embedding(table, others), false));
    Weights tables = Weights.initialize(lookup.parameters(), new Generator(7));
    try (SameDiffExecutor rows = new SameDiffExecutor(lookup, tables)) {
      INDArray ids = Nd4j.createFromArray(4L, 0L, 4L);
      Gradients result =
          rows.gradients(
              Map.of("ids", ids, "others", ids), "loss", List.of("weight"), List.of("other"));
      assertArrayEquals(
          new float[] {1, 1, 0, 0, 0, 0, 0, 0, 2, 2}, values(result.gradients().get("weight")));
      assertEquals(result.loss(), result.outputs().get("other").getDouble(0));
    }
  }

  @Test
  void wrongInputsAreNamed() {
    assertEquals(
        "input (=z) must be one of [x]", message(Map.of("z", new Generator(2).randn(3, 5))));
    assertEquals(
        "shape of input x (=[5, 3]) must be [3, 5]",
        message(Map.of("x", new Generator(2).randn(5, 3))));
  }

  private String message(Map<String, INDArray> inputs) {
    return assertThrows(IllegalArgumentException.class, () -> executor.run(inputs, "y"))
        .getMessage();
  }

  private INDArray gradient(Map<String, INDArray> inputs, String name) {
    return executor.gradients(inputs, "loss", List.of(name), List.of()).gradients().get(name);
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
