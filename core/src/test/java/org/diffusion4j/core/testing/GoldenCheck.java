package org.diffusion4j.core.testing;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares a graph with a reference operation: values, and gradients of {@code sum(y w)} with y the
 * reference's first output and w a tensor of the reference.
 */
public final class GoldenCheck {
  private static final double TOLERANCE = 1e-5;

  /** Of the largest magnitude, which torch's own gradients of convolutions and norms need. */
  private static final double GRADIENT_TOLERANCE = 1e-4;

  private static final String GRADIENT = "grad_";
  private static final String SCOPE = "golden_check";
  private static final String LOSS = "sum";

  private GoldenCheck() {}

  /** Adds the operation that is compared. */
  @FunctionalInterface
  public interface Build {
    /**
     * The operation's output.
     *
     * @param inputs what it takes; of parameters that it declares, the reference has the values
     *     under the last part of their names
     */
    Tensor with(Graph graph, Inputs inputs);
  }

  /** Inputs of the reference as inputs of a graph. */
  @FunctionalInterface
  public interface Inputs {
    /** The input of that name, to be asked for once. */
    Tensor get(String name);
  }

  /**
   * Fails unless the case's first output and all of its gradients are the reference's.
   *
   * @param named further outputs, which the graph knows under the reference's names
   */
  public static void assertMatches(GoldenFile.Case golden, Build build, String... named) {
    assertMatches(golden, TOLERANCE, build, named);
  }

  /** As above, with another absolute tolerance of the outputs. */
  public static void assertMatches(
      GoldenFile.Case golden, double absolute, Build build, String... named) {
    Graph graph = new Graph();
    Graph scope = graph.scope(SCOPE);
    String first = golden.outputs().get(0);
    Tensor y = build.with(graph, name -> input(graph, name, golden.tensor(name)));
    scope.named(first, y);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    graph.inputs().keySet().forEach(name -> inputs.put(name, golden.tensor(name)));
    List<String> outputs = new ArrayList<>(List.of(named));
    outputs.add(SCOPE + "." + first);

    Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
    Map<String, INDArray> values = new LinkedHashMap<>();
    for (ParameterSpec spec : graph.parameters()) {
      String name = spec.name().substring(spec.name().lastIndexOf('.') + 1);
      parameters.put(name, spec);
      INDArray value = golden.tensor(name);
      int[] axes = spec.layout().fileAxes(value.rank());
      values.put(spec.name(), axes.length == 0 ? value : value.permute(axes).dup('c'));
    }

    Weights weights = new Weights(graph.parameters(), values);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      if (golden.grads().isEmpty()) {
        assertOutputs(golden, absolute, executor.run(inputs, outputs));
        return;
      }
      inputs.put("w", golden.tensor("w"));
      Tensor w = graph.input("w", y.shapeArray());
      scope.named(LOSS, graph.sum(graph.multiply(y, w), false));
      List<String> differentiated = new ArrayList<>();
      for (String gradient : golden.grads()) {
        String name = gradient.substring(GRADIENT.length());
        differentiated.add(parameters.containsKey(name) ? parameters.get(name).name() : name);
      }
      Gradients result = executor.gradients(inputs, SCOPE + "." + LOSS, differentiated, outputs);
      assertOutputs(golden, absolute, result.outputs());
      for (int i = 0; i < differentiated.size(); i++) {
        String gradient = golden.grads().get(i);
        INDArray actual = result.gradients().get(differentiated.get(i));
        ParameterSpec spec = parameters.get(gradient.substring(GRADIENT.length()));
        assertCloseToScale(
            golden.tensor(gradient),
            spec == null ? actual : ReferenceModel.inFileLayout(spec, actual),
            GRADIENT_TOLERANCE,
            golden + " " + gradient);
      }
    }
  }

  private static Tensor input(Graph graph, String name, INDArray values) {
    return values.dataType() == DataType.INT64
        ? graph.inputIds(name, values.shape())
        : graph.input(name, values.shape());
  }

  private static void assertOutputs(
      GoldenFile.Case golden, double absolute, Map<String, INDArray> outputs) {
    outputs.forEach(
        (name, actual) -> {
          String reference = name.startsWith(SCOPE) ? golden.outputs().get(0) : name;
          assertClose(
              golden.tensor(reference), actual, absolute, TOLERANCE, golden + " " + reference);
        });
  }
}
