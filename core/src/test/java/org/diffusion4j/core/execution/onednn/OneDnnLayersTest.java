package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LayerCase;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Raw;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every kind of layer on oneDNN, forward and backward, against SameDiff in double precision. */
class OneDnnLayersTest {
  /** Of the largest value of a tensor. */
  private static final double F32_TOLERANCE = 2e-5;

  /** Of the largest value: bfloat16 has 8 bits, and a layer rounds several times. */
  private static final double BF16_TOLERANCE = 4e-2;

  private static final String OUTPUT = "test.output";
  private static final String LOSS = "test.loss";
  private static final long SEED = 5;

  @Test
  void everyKindButOperationsOfAUsersOwnHasALowering() {
    Set<Class<?>> lowered =
        Arrays.stream(Layer.class.getPermittedSubclasses())
            .filter(kind -> Lowerings.of(kind.asSubclass(Layer.class)).isPresent())
            .collect(Collectors.toSet());
    Set<Class<?>> all = Set.of(Layer.class.getPermittedSubclasses());
    assertEquals(
        all.stream().filter(kind -> kind != Raw.class).collect(Collectors.toSet()), lowered);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsAreThoseOfSameDiff(LayerCase layer) {
    assertEqualToSameDiff(layer, Precision.F32, F32_TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsInBfloat16AreClose(LayerCase layer) {
    assertEqualToSameDiff(layer, Precision.BF16, BF16_TOLERANCE);
  }

  private static Stream<LayerCase> cases() {
    return LayerCase.all().filter(layer -> layer.layer() != Raw.class);
  }

  private static void assertEqualToSameDiff(
      LayerCase layer, Precision precision, double tolerance) {
    Graph exact = graph(layer, DataType.DOUBLE);
    Map<String, INDArray> values = LayerCase.values(exact);
    Graph graph = graph(layer, DataType.FLOAT);
    try (GraphExecutor expected = new SameDiffExecutor(exact, weights(exact, values));
        GraphExecutor actual = new OneDnnExecutor(graph, weights(graph, values), precision)) {
      Map<String, INDArray> inputs = inputs(exact, values);
      assertClose(OUTPUT, expected.run(inputs, OUTPUT), actual.run(inputs, OUTPUT), tolerance);
      Set<String> names = floatingPoint(exact);
      Gradients wanted = expected.gradients(inputs, LOSS, names, List.of(OUTPUT));
      Gradients given = actual.gradients(inputs, LOSS, names, List.of(OUTPUT));
      assertEquals(wanted.loss(), given.loss(), tolerance * (1 + Math.abs(wanted.loss())));
      assertClose(OUTPUT, wanted.outputs().get(OUTPUT), given.outputs().get(OUTPUT), tolerance);
      for (String name : names) {
        assertClose(name, wanted.gradients().get(name), given.gradients().get(name), tolerance);
      }
    }
  }

  /** The layer, and a loss in which no two elements of its output count alike. */
  private static Graph graph(LayerCase layer, DataType type) {
    Graph graph = new Graph(type);
    Tensor output = graph.named(OUTPUT, layer.build().apply(graph));
    double[] factors = new Generator(SEED).randn(output.length()).data().asDouble();
    Tensor weighted = graph.multiply(output, graph.constant(factors, output.shapeArray()));
    graph.named(LOSS, graph.sum(weighted, false));
    return graph;
  }

  private static Weights weights(Graph graph, Map<String, INDArray> values) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : graph.parameters()) {
      arrays.put(spec.name(), values.get(spec.name()).castTo(graph.dataType()));
    }
    return new Weights(graph.parameters(), arrays);
  }

  private static Map<String, INDArray> inputs(Graph graph, Map<String, INDArray> values) {
    Map<String, INDArray> inputs = new LinkedHashMap<>(values);
    inputs.keySet().retainAll(graph.inputs().keySet());
    return inputs;
  }

  private static Set<String> floatingPoint(Graph graph) {
    Set<String> names =
        graph.parameters().stream().map(ParameterSpec::name).collect(Collectors.toSet());
    graph
        .inputs()
        .forEach(
            (name, input) -> {
              if (input.type() != DataType.INT64) {
                names.add(name);
              }
            });
    return names;
  }

  private static void assertClose(
      String name, INDArray expected, INDArray actual, double tolerance) {
    assertEquals(DataType.FLOAT, actual.dataType());
    assertEquals(
        Arrays.toString(expected.shape()), Arrays.toString(actual.shape()), "shape of " + name);
    double[] wanted = expected.dup('c').data().asDouble();
    double[] given = actual.dup('c').data().asDouble();
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < wanted.length; i++) {
      double bound = tolerance * largest + 1e-7;
      int index = i;
      assertTrue(
          Math.abs(wanted[i] - given[i]) <= bound,
          () -> name + "[" + index + "]: " + given[index] + " is not " + wanted[index]);
    }
  }
}
