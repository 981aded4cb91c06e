package org.diffusion4j.core.verify.operation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares an operation of {@link Graph} with the reference: all outputs, and all gradients of
 * {@code sum(y w)} with y the reference's first output and w a tensor of the reference.
 *
 * @param operation adds the operation
 * @param outputs the tolerance of outputs
 * @param gradients the tolerance of gradients
 */
record GraphCheck(Operation operation, Tolerance outputs, Tolerance gradients)
    implements OperationFamily.CaseCheck {
  /** The tolerance of values and gradients where the reference advises no other. */
  static final Tolerance CLOSE = Tolerance.close(1e-5, 1e-5);

  /** For gradients of convolutions and norms: long sums that torch itself rounds differently. */
  static final Tolerance TO_SCALE = Tolerance.toScale(1e-4);

  private static final String WEIGHTS = "w";
  private static final String GRADIENT = "grad_";
  private static final String SCOPE = "golden";
  private static final String LOSS = "sum";

  /** Adds an operation to a graph. */
  @FunctionalInterface
  interface Operation {
    /**
     * The outputs by the reference's names.
     *
     * <p>Of parameters that it declares, the reference has the values under the last part of their
     * names, in the layout of files.
     *
     * @throws UnsupportedCaseException if this version lacks what the case asks for
     */
    Map<String, Tensor> build(Operands in);
  }

  /** A check with the usual tolerances. */
  GraphCheck(Operation operation) {
    this(operation, CLOSE, CLOSE);
  }

  @Override
  public void run(GoldenCase golden, Execution execution, Comparison comparison) {
    List<String> differentiated = golden.gradients();
    golden.requireListedTensors(differentiated.isEmpty() ? Set.of() : Set.of(WEIGHTS));
    Graph graph = execution.newGraph();
    Operands operands = new Operands(graph, golden);
    Map<String, Tensor> built = operation.build(operands);
    operands.requireAllUsed();
    Graph scope = graph.scope(SCOPE);
    Map<String, String> names = new LinkedHashMap<>();
    boolean sameShapes = true;
    for (String output : golden.outputs()) {
      Tensor tensor = built.get(output);
      if (tensor == null) {
        throw new UnsupportedCaseException("no operation that gives " + output);
      }
      scope.named(output, tensor);
      names.put(output, SCOPE + "." + output);
      sameShapes &= comparison.compareShapes(output, golden.shape(output), tensor.shapeArray());
    }
    // A case of other shapes has failed; computing it would only take memory.
    if (sameShapes) {
      run(golden, graph, built, names, execution, comparison);
    }
  }

  private void run(
      GoldenCase golden,
      Graph graph,
      Map<String, Tensor> built,
      Map<String, String> names,
      Execution execution,
      Comparison comparison) {
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    graph.inputs().keySet().forEach(name -> inputs.put(name, golden.tensor(name)));
    Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
    graph.parameters().forEach(spec -> parameters.put(tensorName(spec), spec));
    if (!golden.gradients().isEmpty()) {
      addLoss(graph, built.get(golden.outputs().get(0)));
    }
    try (GraphExecutor executor = execution.open(graph, weights(golden, parameters, execution))) {
      if (golden.gradients().isEmpty()) {
        compareOutputs(golden, names, executor.run(inputs, names.values()), comparison);
        return;
      }
      inputs.put(WEIGHTS, golden.tensor(WEIGHTS));
      List<String> differentiated = new ArrayList<>();
      for (String gradient : golden.gradients()) {
        ParameterSpec spec = parameters.get(operand(gradient));
        differentiated.add(spec == null ? operand(gradient) : spec.name());
      }
      Gradients result =
          executor.gradients(inputs, SCOPE + "." + LOSS, differentiated, names.values());
      compareOutputs(golden, names, result.outputs(), comparison);
      for (int i = 0; i < differentiated.size(); i++) {
        String gradient = golden.gradients().get(i);
        INDArray actual = result.gradients().get(differentiated.get(i));
        ParameterSpec spec = parameters.get(operand(gradient));
        comparison.compare(
            gradient,
            golden.tensor(gradient),
            spec == null ? actual : inFileLayout(spec, actual),
            gradients);
      }
    }
  }

  /** The sum of the first output's values, each times the weight that the reference gave it. */
  private static void addLoss(Graph graph, Tensor y) {
    Tensor w = graph.input(WEIGHTS, y.shapeArray());
    graph.scope(SCOPE).named(LOSS, graph.sum(y.times(w), false));
  }

  private void compareOutputs(
      GoldenCase golden,
      Map<String, String> names,
      Map<String, INDArray> actual,
      Comparison comparison) {
    names.forEach(
        (output, name) -> {
          Tolerance tolerance = golden.isInteger(output) ? Tolerance.EXACT : outputs;
          comparison.compare(output, golden.tensor(output), actual.get(name), tolerance);
        });
  }

  private static Weights weights(
      GoldenCase golden, Map<String, ParameterSpec> parameters, Execution execution) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    parameters.forEach(
        (name, spec) -> {
          INDArray value = golden.tensor(name).castTo(execution.precision().dataType());
          int[] axes = spec.layout().fileAxes(value.rank());
          values.put(spec.name(), axes.length == 0 ? value : value.permute(axes).dup('c'));
        });
    return new Weights(parameters.values(), values);
  }

  /** The reference's name of a parameter: the last part of its own. */
  static String tensorName(ParameterSpec spec) {
    return spec.name().substring(spec.name().lastIndexOf('.') + 1);
  }

  private static String operand(String gradient) {
    return gradient.startsWith(GRADIENT) ? gradient.substring(GRADIENT.length()) : gradient;
  }

  private static INDArray inFileLayout(ParameterSpec spec, INDArray array) {
    return array.rank() == 0 ? array : array.permute(spec.layout().memoryAxes(array.rank()));
  }
}
