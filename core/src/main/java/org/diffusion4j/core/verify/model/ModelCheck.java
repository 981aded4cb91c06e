package org.diffusion4j.core.verify.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Builds a golden model, runs it on the reference's inputs and compares.
 *
 * @param config its {@code config.json}
 * @param weightsFile its weights
 * @param parameterName the parameter that a tensor of that file holds
 * @param inputs holds the inputs
 * @param values holds the results and gradients
 */
record ModelCheck<M>(
    Path config,
    Path weightsFile,
    GoldenModels.Reader<M> reader,
    GoldenModels.Builder<M> builder,
    UnaryOperator<String> parameterName,
    GoldenFile inputs,
    GoldenFile values)
    implements VerifiableCase.Check {
  /** Far above the number of layers of any published model: building one takes memory. */
  private static final int MAX_LAYERS = 1000;

  @Override
  public void run(Execution execution, Comparison comparison) {
    Graph graph = execution.newGraph();
    ModelGraph model = new ModelGraph(graph, inputs);
    builder.build(readModel(), model);
    ModelResults expected = new ModelResults(inputs, values, model);
    // A case of other shapes has failed; computing it would only take memory.
    if (expected.compareShapes(comparison)) {
      expected.addLosses();
      try (GraphExecutor executor = execution.open(graph, readWeights(graph, execution))) {
        expected.compare(executor, comparison);
      }
    }
  }

  private M readModel() {
    try {
      requireFewLayers(ConfigFile.read(config).fields());
      try {
        return reader.read(config);
      } catch (InvalidFileException e) {
        // It is a JSON object, but of a model that the reader does not know.
        throw new UnsupportedCaseException("no model of the config " + e.getMessage());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireFewLayers(JsonNode fields) {
    fields
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              requireFewLayers(value);
              if (field.getKey().contains("layers") && largest(value) > MAX_LAYERS) {
                throw new UnsupportedCaseException(
                    String.format(
                        "no model of more than %d layers: %s (=%s)",
                        MAX_LAYERS, Texts.quote(field.getKey()), Texts.quote(value.toString())));
              }
            });
  }

  /** The largest number of a number or of nested lists. */
  private static double largest(JsonNode value) {
    double largest = value.doubleValue();
    for (JsonNode element : value) {
      largest = Math.max(largest, largest(element));
    }
    return largest;
  }

  private Weights readWeights(Graph graph, Execution execution) {
    Weights weights = WeightsFile.load(weightsFile, graph.parameters(), parameterName);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    weights
        .arrays()
        .forEach((name, array) -> arrays.put(name, array.castTo(execution.precision().dataType())));
    return new Weights(graph.parameters(), arrays);
  }
}
