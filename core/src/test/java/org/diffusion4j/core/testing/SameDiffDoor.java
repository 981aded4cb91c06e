package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.execution.samediff.SameDiffGraph;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Graphs as ordinary SameDiff, which give what {@link SameDiffExecutor} gives. */
public final class SameDiffDoor {
  /** Of the largest value: what FLOAT loses in sums, whose order is that of threads and memory. */
  private static final double RELATIVE = 1e-5;

  private SameDiffDoor() {}

  /**
   * Fails unless a graph as SameDiff gives its outputs, and gives them again after it was saved as
   * FlatBuffers and loaded by ND4J alone.
   *
   * @param inputs every input that the outputs need
   */
  public static void assertSameValues(
      Graph graph, Weights weights, Map<String, INDArray> inputs, Collection<String> outputs) {
    SameDiff network = SameDiffGraph.of(graph, weights);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Map<String, INDArray> expected = executor.run(inputs, outputs);
      String[] names = outputs.toArray(String[]::new);
      assertClose(expected, network.output(inputs, names), "");
      assertClose(expected, loaded(network).output(inputs, names), " when loaded");
    }
  }

  /**
   * The same of a loss and its gradients by all parameters and inputs that it depends on.
   *
   * @param inputs every input that the loss needs
   */
  public static void assertSameGradients(
      Graph graph, Weights weights, Map<String, INDArray> inputs, String loss) {
    List<String> names =
        new ArrayList<>(graph.parameters().stream().map(ParameterSpec::name).toList());
    graph.inputs().values().stream()
        .filter(input -> input.type() == graph.dataType())
        .forEach(input -> names.add(input.tensor().name()));
    SameDiff network = SameDiffGraph.of(graph, weights, loss);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Gradients expected = executor.gradients(inputs, loss, names, List.of());
      for (boolean load : new boolean[] {false, true}) {
        SameDiff either = load ? loaded(network) : network;
        String when = load ? " when loaded" : "";
        assertEquals(List.of(loss), either.getLossVariables(), "losses" + when);
        assertEquals(
            expected.loss(),
            either.output(inputs, loss).get(loss).getDouble(0),
            RELATIVE * Math.abs(expected.loss()),
            loss + when);
        List<String> wanted = new ArrayList<>(names);
        wanted.removeIf(name -> expected.gradients().get(name) == null);
        // Without this ND4J wants a variable, even where the gradient by an input is asked for.
        either.createGradFunction(wanted.toArray(String[]::new));
        Map<String, INDArray> actual =
            either.calculateGradients(inputs, wanted.toArray(String[]::new));
        for (String name : wanted) {
          TensorAssertions.assertCloseToScale(
              expected.gradients().get(name),
              actual.get(name),
              RELATIVE,
              "gradient of " + name + when);
        }
      }
    }
  }

  private static void assertClose(
      Map<String, INDArray> expected, Map<String, INDArray> actual, String when) {
    expected.forEach(
        (name, values) ->
            TensorAssertions.assertCloseToScale(values, actual.get(name), RELATIVE, name + when));
  }

  private static SameDiff loaded(SameDiff network) {
    try {
      Path file = Files.createTempFile("network", ".fb");
      try {
        network.save(file.toFile(), true);
        return SameDiff.load(file.toFile(), true);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
