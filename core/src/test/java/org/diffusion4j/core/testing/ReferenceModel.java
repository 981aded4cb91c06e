package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the reference implementation of a model gives for stored weights: outputs, and gradients of
 * a loss.
 *
 * <p>Inputs of the graph are named as in the reference's file, {@code io.safetensors} in the
 * model's folder.
 */
public final class ReferenceModel {
  private static final double OUTPUT_TOLERANCE = 1e-4;
  private static final double GRADIENT_TOLERANCE = 5e-4;
  private static final double NORM_TOLERANCE = 1e-3;

  /** Of the largest norm: some gradients are mathematically zero and hold only rounding noise. */
  private static final double NORM_NOISE = 1e-4;

  private static final String PARAMETER_GRADIENT = "grad.param.";

  private final Path weightsFile;
  private final GoldenFile io;
  private final Map<String, INDArray> inputs = new LinkedHashMap<>();

  /**
   * Opens a model's reference.
   *
   * @param folder the resource folder
   * @param weightsFile the name of the file of its weights
   * @param inputs the names of the inputs
   */
  public ReferenceModel(String folder, String weightsFile, String... inputs) {
    this(
        TestResources.golden(folder + "/io.json"),
        TestResources.path(folder + "/" + weightsFile),
        inputs);
  }

  /**
   * Opens one of several references of a model.
   *
   * @param io the inputs, outputs and gradients
   * @param weightsFile the weights
   * @param inputs the names of the inputs
   */
  public ReferenceModel(GoldenFile io, Path weightsFile, String... inputs) {
    this.io = io;
    this.weightsFile = weightsFile;
    for (String input : inputs) {
      this.inputs.put(input, io.tensor(input));
    }
  }

  /** A reference tensor. */
  public INDArray tensor(String name) {
    return io.tensor(name);
  }

  /** Adds an input that the reference's file does not have. */
  public void putInput(String name, INDArray value) {
    inputs.put(name, value);
  }

  /** Fails unless the tensors of the graph have the values of the reference's of the same name. */
  public void assertOutputs(Graph graph, Collection<String> names) {
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights(graph))) {
      Map<String, INDArray> outputs = executor.run(inputs(graph), names);
      for (String name : names) {
        INDArray expected = io.tensor(name);
        double largest = expected.amaxNumber().doubleValue();
        TensorAssertions.assertClose(
            expected, outputs.get(name), OUTPUT_TOLERANCE * Math.max(1, largest), 0, name);
      }
    }
  }

  /**
   * Fails unless the gradients of a scalar tensor of the graph are the reference's: those of the
   * inputs and of some parameters by element, those of all parameters by norm.
   */
  public void assertGradients(Graph graph, String loss, Collection<String> differentiableInputs) {
    Map<String, ParameterSpec> specs = new LinkedHashMap<>();
    graph.parameters().forEach(spec -> specs.put(spec.name(), spec));
    JsonFields norms = io.fields().object("grad_norms_of_all_parameters");
    assertEquals(norms.names().size(), specs.size(), "number of parameters");
    // One that the loss does not depend on has no norm.
    specs.keySet().removeIf(name -> norms.node(name).isNull());
    List<String> names = new ArrayList<>(specs.keySet());
    names.addAll(differentiableInputs);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights(graph))) {
      Gradients result = executor.gradients(inputs(graph), loss, names, List.of());
      for (String input : differentiableInputs) {
        assertGradient("grad." + input, result.gradients().get(input));
      }
      io.names().stream()
          .filter(name -> name.startsWith(PARAMETER_GRADIENT))
          .forEach(
              name -> {
                String parameter = name.substring(PARAMETER_GRADIENT.length());
                INDArray gradient = result.gradients().get(parameter);
                assertGradient(name, inFileLayout(specs.get(parameter), gradient));
              });
      assertNorms(norms, result.gradients(), specs.keySet());
    }
  }

  private void assertGradient(String name, INDArray actual) {
    TensorAssertions.assertCloseToScale(io.tensor(name), actual, GRADIENT_TOLERANCE, name);
  }

  private static void assertNorms(
      JsonFields norms, Map<String, INDArray> gradients, Collection<String> parameters) {
    double largest = 0;
    for (String name : parameters) {
      largest = Math.max(largest, norms.number(name));
    }
    for (String name : parameters) {
      double expected = norms.number(name);
      double tolerance = Math.max(NORM_TOLERANCE * expected, NORM_NOISE * largest);
      double actual = gradients.get(name).norm2Number().doubleValue();
      assertEquals(expected, actual, tolerance, "norm of the gradient of " + name);
    }
  }

  private Weights weights(Graph graph) {
    return WeightsFile.load(weightsFile, graph.parameters());
  }

  private Map<String, INDArray> inputs(Graph graph) {
    Map<String, INDArray> needed = new LinkedHashMap<>(inputs);
    needed.keySet().retainAll(graph.inputs().keySet());
    return needed;
  }

  static INDArray inFileLayout(ParameterSpec spec, INDArray array) {
    return array.rank() == 0 ? array : array.permute(spec.layout().memoryAxes(array.rank()));
  }
}
