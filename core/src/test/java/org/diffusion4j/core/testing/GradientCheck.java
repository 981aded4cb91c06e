package org.diffusion4j.core.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares gradients with central differences, {@code (L(x + h) - L(x - h)) / 2h}, in DOUBLE.
 *
 * <p>The loss is {@code L = sum(y w)} with fixed random w, so that no two elements of y count
 * alike.
 */
public final class GradientCheck {
  /** The error of the differences is about h^2 + 1e-16 / h, least near here. */
  private static final double STEP = 1e-5;

  private static final double TOLERANCE = 1e-7;
  private static final int SEED = 13;
  private static final String LOSS = "gradient_check.loss";

  private GradientCheck() {}

  /**
   * Fails unless the gradient of each element of each parameter and each floating-point input is
   * that of the differences.
   *
   * @param graph a graph in DOUBLE; a loss is added to it
   * @param output what is differentiated
   * @param values a value for each parameter and input, DOUBLE but for ids
   */
  public static void assertGradients(Graph graph, Tensor output, Map<String, INDArray> values) {
    if (graph.dataType() != DataType.DOUBLE) {
      throw new IllegalArgumentException("dataType (=" + graph.dataType() + ") must be DOUBLE");
    }
    double[] factors =
        new Generator(SEED).randn(output.length()).castTo(DataType.DOUBLE).data().asDouble();
    Tensor w = graph.constant(factors, output.shapeArray());
    graph.named(LOSS, graph.sum(graph.multiply(output, w), false));

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
      for (String name : differentiated) {
        INDArray differences = differences(executor, inputs, values.get(name));
        double largest = Math.max(1, differences.amaxNumber().doubleValue());
        TensorAssertions.assertClose(
            differences, gradients.get(name), TOLERANCE * largest, 0, "gradient of " + name);
      }
    }
  }

  private static INDArray differences(
      SameDiffExecutor executor, Map<String, INDArray> inputs, INDArray values) {
    INDArray differences = Nd4j.create(DataType.DOUBLE, values.shape());
    for (long i = 0; i < values.length(); i++) {
      double value = values.getDouble(i);
      values.putScalar(i, value + STEP);
      double above = executor.run(inputs, LOSS).getDouble(0);
      values.putScalar(i, value - STEP);
      double below = executor.run(inputs, LOSS).getDouble(0);
      values.putScalar(i, value);
      differences.putScalar(i, (above - below) / (2 * STEP));
    }
    return differences;
  }
}
