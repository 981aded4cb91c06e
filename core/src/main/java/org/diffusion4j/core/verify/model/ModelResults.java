package org.diffusion4j.core.verify.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The reference's results for a model, and which tensors of the model's graph they belong to. */
final class ModelResults {
  /** Of outputs and what modules give. */
  private static final Tolerance OUTPUTS = (expected, largest) -> 1e-4 * Math.max(1, largest);

  private static final String OUTPUT = "output";
  private static final String WEIGHTS = "w";
  private static final String MODULE = "mid.";
  private static final String GRADIENT = "grad.";
  private static final String GRADIENT_OF_LOSS = "grad_loss.";
  private static final String INPUTS = "inputs";
  private static final String NORMS = "grad_norms_of_all_parameters";

  /** What the reference says of its results besides. */
  private static final Set<String> NOTES =
      Set.of("info", "std", "max_abs_f32_minus_f64", "rel_dev_grad_norms_f32_f64");

  private final GoldenFile inputs;
  private final GoldenFile values;
  private final ModelGraph model;
  private final Graph graph;

  /** The tensors of the graph by the names of results. */
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  private final ModelGradients ofOutput;
  private final ModelGradients ofLoss;
  private final Map<String, INDArray> inputValues;

  /**
   * Finds what each tensor of the reference belongs to.
   *
   * @param inputs holds the inputs
   * @param values holds the results and gradients
   * @throws InvalidFileException if the reference's JSON is not of its tensors
   * @throws UnsupportedCaseException if the model has no such input or result
   */
  ModelResults(GoldenFile inputs, GoldenFile values, ModelGraph model) {
    this.inputs = inputs;
    this.values = values;
    this.model = model;
    this.graph = model.graph();
    this.inputValues = model.inputValues();
    this.ofOutput = new ModelGradients(GRADIENT, values, model);
    this.ofLoss = new ModelGradients(GRADIENT_OF_LOSS, values, model);
    requireListed();
    for (String name : values.names()) {
      if (name.startsWith(GRADIENT)) {
        ofOutput.add(name);
      } else if (name.startsWith(GRADIENT_OF_LOSS)) {
        ofLoss.add(name);
      } else if (!name.equals(WEIGHTS) && !graph.inputs().containsKey(name)) {
        outputs.put(name, result(name));
      }
    }
    if (values.fields().has(NORMS)) {
      ofOutput.addNorms(values.fields().object(NORMS));
    }
  }

  private void requireListed() {
    JsonFields fields = values.fields();
    for (String kind : List.of(INPUTS, "outputs")) {
      if (!fields.has(kind)) {
        continue;
      }
      JsonFields shapes = fields.object(kind);
      for (String name : shapes.names()) {
        long[] shape = shapes.integers(name);
        if (!Arrays.equals(shape, values.shape(name))) {
          throw new InvalidFileException(
              values.file(),
              String.format(
                  Locale.ROOT,
                  "shape of %s (=%s) must be that of its tensor, %s",
                  Texts.quote(name),
                  Texts.quote(Arrays.toString(shape)),
                  Arrays.toString(values.shape(name))));
        }
      }
    }
    if (inputs.fields().has(INPUTS)) {
      for (String name : inputs.fields().object(INPUTS).names()) {
        if (!graph.inputs().containsKey(name)) {
          throw new UnsupportedCaseException(
              "no model of this kind that takes " + Texts.quote(name));
        }
      }
    }
    NOTES.forEach(fields::has);
    fields.has(NORMS);
    if (!fields.unread().isEmpty()) {
      throw new UnsupportedCaseException(
          "no check of models that takes " + Texts.quote(String.join(", ", fields.unread())));
    }
  }

  private Tensor result(String name) {
    Tensor given = model.results().get(name);
    if (given != null) {
      return given;
    }
    if (!name.startsWith(MODULE)) {
      throw new UnsupportedCaseException("no result " + Texts.quote(name));
    }
    String scope = name.substring(MODULE.length()) + ".";
    return graph.nodes().stream()
        .map(Graph.Node::output)
        .filter(output -> output.name().startsWith(scope))
        .reduce((earlier, later) -> later)
        .map(last -> graph.named(ModelGraph.SCOPE + name, last))
        .orElseThrow(
            () -> new UnsupportedCaseException("no layers of the module " + Texts.quote(scope)));
  }

  /** Compares the shapes of all results, and says whether they are equal. */
  boolean compareShapes(Comparison comparison) {
    boolean equal = true;
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      equal &=
          comparison.compareShapes(
              output.getKey(), values.shape(output.getKey()), output.getValue().shapeArray());
    }
    return equal;
  }

  /** Adds to the graph the scalars that the reference has gradients of. */
  void addLosses() {
    if (!ofOutput.isEmpty()) {
      Tensor output = outputs.get(OUTPUT);
      if (output == null || !Arrays.equals(values.shape(WEIGHTS), output.shapeArray())) {
        throw new InvalidFileException(
            values.file(), "tensors output and w must have one shape, as there are gradients");
      }
      ofOutput.of(weightedSum(output, values.tensor(WEIGHTS)));
    }
    if (!ofLoss.isEmpty()) {
      ofLoss.of(
          model.loss().orElseThrow(() -> new UnsupportedCaseException("no loss of the model")));
    }
  }

  private Tensor weightedSum(Tensor output, INDArray w) {
    if (output.rank() == 0) {
      return output.times(w.getDouble(0));
    }
    String name = ModelGraph.SCOPE + WEIGHTS;
    inputValues.put(name, w);
    return graph.sum(output.times(graph.input(name, output.shapeArray())), false);
  }

  /** Runs the model and compares everything. */
  void compare(GraphExecutor executor, Comparison comparison) {
    List<String> names = outputs.values().stream().map(Tensor::name).distinct().toList();
    Map<String, INDArray> actual = new LinkedHashMap<>();
    for (ModelGradients gradients : List.of(ofOutput, ofLoss)) {
      if (!gradients.isEmpty()) {
        List<String> rest = actual.isEmpty() ? names : List.of();
        Gradients result = gradients.compute(executor, inputValues, rest);
        gradients.compare(result, comparison);
        actual.putAll(result.outputs());
      }
    }
    if (actual.isEmpty() && !names.isEmpty()) {
      actual.putAll(executor.run(inputValues, names));
    }
    outputs.forEach(
        (name, tensor) ->
            comparison.compare(
                name,
                values.tensor(name),
                actual.get(tensor.name()),
                values.isInteger(name) ? Tolerance.EXACT : OUTPUTS));
  }
}
