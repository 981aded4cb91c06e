package org.diffusion4j.core.verify.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The reference's gradients of one scalar by a model's inputs and parameters. */
final class ModelGradients {
  private static final Tolerance TOLERANCE = Tolerance.toScale(5e-4);
  private static final double NORM_TOLERANCE = 1e-3;

  /** Of the largest norm: some gradients are mathematically zero and hold only rounding noise. */
  private static final double NORM_NOISE = 1e-4;

  private static final String PARAMETER = "param.";

  private final String prefix;
  private final GoldenFile values;
  private final ModelGraph model;
  private final Map<String, ParameterSpec> parameters = new LinkedHashMap<>();

  /** What to differentiate by, by the names of the reference's tensors. */
  private final Map<String, String> gradients = new LinkedHashMap<>();

  private final Map<String, Double> norms = new LinkedHashMap<>();
  private String scalar = "";

  ModelGradients(String prefix, GoldenFile values, ModelGraph model) {
    this.prefix = prefix;
    this.values = values;
    this.model = model;
    model.graph().parameters().forEach(spec -> parameters.put(spec.name(), spec));
  }

  /** Adds the gradient that a tensor of the reference holds. */
  void add(String tensor) {
    String name = tensor.substring(prefix.length());
    String parameter = name.startsWith(PARAMETER) ? name.substring(PARAMETER.length()) : name;
    if (parameters.containsKey(parameter)) {
      gradients.put(tensor, parameter);
    } else {
      gradients.put(
          tensor,
          model
              .differentiated(name)
              .orElseThrow(
                  () -> new UnsupportedCaseException("no gradient " + Texts.quote(tensor))));
    }
  }

  /** Adds the norms of the gradients by all parameters; null where one has no effect. */
  void addNorms(JsonFields ofAll) {
    Set<String> named = new LinkedHashSet<>(ofAll.names());
    if (!named.equals(parameters.keySet())) {
      throw new InvalidFileException(
          values.file(), "grad_norms_of_all_parameters must name the parameters of the model");
    }
    for (String parameter : named) {
      if (ofAll.has(parameter)) {
        norms.put(parameter, ofAll.number(parameter));
      }
    }
  }

  boolean isEmpty() {
    return gradients.isEmpty() && norms.isEmpty();
  }

  /** Says what they are the gradients of. */
  void of(Tensor loss) {
    scalar = loss.name();
  }

  Gradients compute(GraphExecutor executor, Map<String, INDArray> inputs, List<String> outputs) {
    Set<String> by = new LinkedHashSet<>(norms.keySet());
    by.addAll(gradients.values());
    return executor.gradients(inputs, scalar, new ArrayList<>(by), outputs);
  }

  void compare(Gradients result, Comparison comparison) {
    gradients.forEach(
        (tensor, name) -> {
          INDArray actual = result.gradients().get(name);
          ParameterSpec spec = parameters.get(name);
          comparison.compare(
              tensor,
              values.tensor(tensor),
              spec == null ? actual : inFileLayout(spec, actual),
              TOLERANCE);
        });
    double largest = norms.values().stream().mapToDouble(Math::abs).max().orElse(0);
    Tolerance tolerance =
        (expected, magnitude) -> Math.max(NORM_TOLERANCE * magnitude, NORM_NOISE * largest);
    norms.forEach(
        (parameter, norm) ->
            comparison.compare(
                "norm of " + prefix + PARAMETER + parameter,
                norm,
                result.gradients().get(parameter).norm2Number().doubleValue(),
                tolerance));
  }

  private static INDArray inFileLayout(ParameterSpec spec, INDArray array) {
    return array.rank() == 0 ? array : array.permute(spec.layout().memoryAxes(array.rank()));
  }
}
