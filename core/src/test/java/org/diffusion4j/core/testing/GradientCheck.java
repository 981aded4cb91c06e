package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares gradients with central differences, {@code (L(x + h v) - L(x - h v)) / 2h} for
 * directions v of length 1, in DOUBLE.
 *
 * <p>The loss is {@code L = sum(y w)} with fixed random w, so that no two elements of y count
 * alike.
 */
public final class GradientCheck {
  /** The error of the differences is about h^2 L''' / 6 + 1e-15 / h, least near here. */
  private static final double STEP = 3e-6;

  /** Of the largest element of a gradient; some of ND4J's in DOUBLE are no closer than 2e-7. */
  private static final double RELATIVE = 5e-7;

  /** The error of the differences for losses up to about 10. */
  private static final double ABSOLUTE = 1e-8;

  /** Tensors that share a direction: with many of them, a small gradient could hide in the sum. */
  private static final int GROUP = 8;

  private static final int SEED = 13;
  private static final String LOSS = "gradient_check.loss";

  private final SameDiffExecutor executor;
  private final Map<String, INDArray> inputs;
  private final int elements;
  private final Generator generator;

  private GradientCheck(
      SameDiffExecutor executor, Map<String, INDArray> inputs, int elements, Generator generator) {
    this.executor = executor;
    this.inputs = inputs;
    this.elements = elements;
    this.generator = generator;
  }

  /**
   * Standard normal values for every parameter and every floating-point input, in DOUBLE; weights
   * are divided by the root of the number of values that they add up, so that no activation
   * saturates.
   */
  public static Map<String, INDArray> draw(Graph graph, Generator generator) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    for (ParameterSpec spec : graph.parameters()) {
      INDArray array = draw(generator, spec.shapeArray());
      if (array.rank() > 1) {
        array.divi(Math.sqrt((double) array.length() / array.size(-1)));
      }
      values.put(spec.name(), array);
    }
    graph.inputs().values().stream()
        .filter(input -> input.type() != DataType.INT64)
        .map(Graph.Input::tensor)
        .forEach(tensor -> values.put(tensor.name(), draw(generator, tensor.shapeArray())));
    return values;
  }

  /**
   * Fails unless the gradient of each element of each parameter and each floating-point input is
   * that of the differences.
   *
   * @param graph a graph in DOUBLE; a loss is added to it
   * @param output what is differentiated
   * @param values a value for each parameter and input, DOUBLE but for ids
   */
  public static void assertGradients(Graph graph, Tensor output, Map<String, INDArray> values) {
    assertGradients(graph, output, values, Integer.MAX_VALUE);
  }

  /**
   * As {@link #assertGradients(Graph, Tensor, Map)}, but of a tensor with more elements than that,
   * it looks at so many random ones, and in a random direction at all of them together.
   */
  public static void assertGradients(
      Graph graph, Tensor output, Map<String, INDArray> values, int elements) {
    check(
        graph,
        output,
        values,
        elements,
        (check, gradients) ->
            gradients.forEach(
                (name, gradient) -> check.assertGradient(name, values.get(name), gradient)));
  }

  /**
   * As {@link #assertGradients(Graph, Tensor, Map)}, but for large graphs: it looks at no element
   * alone, but at all elements of a few tensors together, in a random direction.
   */
  public static void assertDerivatives(Graph graph, Tensor output, Map<String, INDArray> values) {
    check(
        graph,
        output,
        values,
        0,
        (check, gradients) -> {
          List<String> names = List.copyOf(gradients.keySet());
          for (int from = 0; from < names.size(); from += GROUP) {
            List<String> group = names.subList(from, Math.min(from + GROUP, names.size()));
            check.assertDerivative(group, values, gradients);
          }
        });
  }

  private static void check(
      Graph graph,
      Tensor output,
      Map<String, INDArray> values,
      int elements,
      BiConsumer<GradientCheck, Map<String, INDArray>> assertion) {
    if (graph.dataType() != DataType.DOUBLE) {
      throw new IllegalArgumentException("dataType (=" + graph.dataType() + ") must be DOUBLE");
    }
    Generator generator = new Generator(SEED);
    double[] factors = draw(generator, output.length()).data().asDouble();
    Tensor w = graph.constant(factors, output.shapeArray());
    graph.named(LOSS, graph.sum(output.times(w), false));

    Map<String, INDArray> inputs = new LinkedHashMap<>(values);
    inputs.keySet().retainAll(graph.inputs().keySet());
    List<String> differentiated =
        new ArrayList<>(graph.parameters().stream().map(ParameterSpec::name).toList());
    graph.inputs().values().stream()
        .filter(input -> input.type() == DataType.DOUBLE)
        .forEach(input -> differentiated.add(input.tensor().name()));
    Weights weights = new Weights(graph.parameters(), values);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Map<String, INDArray> gradients =
          executor.gradients(inputs, LOSS, differentiated, List.of()).gradients();
      assertion.accept(new GradientCheck(executor, inputs, elements, generator), gradients);
    }
  }

  private void assertGradient(String name, INDArray values, INDArray gradient) {
    boolean all = values.length() <= elements;
    long[] positions =
        all
            ? LongStream.range(0, values.length()).toArray()
            : generator.randint(0, values.length(), elements);
    INDArray expected = gradient.dup('c');
    for (long position : positions) {
      INDArray direction = values.like();
      direction.putScalar(position, 1);
      expected.putScalar(position, difference(List.of(values), List.of(direction)));
    }
    double tolerance = ABSOLUTE + RELATIVE * expected.amaxNumber().doubleValue();
    TensorAssertions.assertClose(expected, gradient, tolerance, 0, "gradient of " + name);
    if (!all) {
      assertDerivative(List.of(name), Map.of(name, values), Map.of(name, gradient));
    }
  }

  /** Each tensor has an equal part in the direction, which is of length 1. */
  private void assertDerivative(
      List<String> names, Map<String, INDArray> values, Map<String, INDArray> gradients) {
    List<INDArray> moved = names.stream().map(values::get).toList();
    List<INDArray> directions = new ArrayList<>();
    double derivative = 0;
    double largest = 0;
    for (String name : names) {
      INDArray gradient = gradients.get(name);
      INDArray direction = draw(generator, gradient.shape());
      direction.divi(direction.norm2Number().doubleValue() * Math.sqrt(names.size()));
      directions.add(direction);
      derivative += gradient.mul(direction).sumNumber().doubleValue();
      largest = Math.max(largest, gradient.amaxNumber().doubleValue());
    }
    assertEquals(
        difference(moved, directions),
        derivative,
        ABSOLUTE + RELATIVE * largest,
        "derivative by " + String.join(", ", names) + " in a random direction");
  }

  private double difference(List<INDArray> values, List<INDArray> directions) {
    List<INDArray> originals = values.stream().map(INDArray::dup).toList();
    move(values, originals, directions, STEP);
    double above = executor.run(inputs, LOSS).getDouble(0);
    move(values, originals, directions, -STEP);
    double below = executor.run(inputs, LOSS).getDouble(0);
    move(values, originals, directions, 0);
    return (above - below) / (2 * STEP);
  }

  private static void move(
      List<INDArray> values, List<INDArray> originals, List<INDArray> directions, double step) {
    for (int i = 0; i < values.size(); i++) {
      values.get(i).assign(originals.get(i).add(directions.get(i).mul(step)));
    }
  }

  private static INDArray draw(Generator generator, long... shape) {
    return generator.randn(shape).castTo(DataType.DOUBLE);
  }
}
