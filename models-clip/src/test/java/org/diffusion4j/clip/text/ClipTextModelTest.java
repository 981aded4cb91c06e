package org.diffusion4j.clip.text;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ClipTextModelTest {

  @ParameterizedTest
  @ValueSource(strings = {"sd1-quick-gelu", "sd2-gelu"})
  void parametersAreThoseOfTheGraph(String name) throws IOException {
    ClipTextModel model = ClipTextModel.read(config(name));
    Graph graph = new Graph();
    model.build(graph, graph.inputIds("input_ids", 2, 5));
    assertEquals(graph.parameters(), model.parameters());
  }

  @Test
  void parametersWithProjectionAreThoseOfTheGraph() throws IOException {
    ClipTextModelWithProjection model = ClipTextModelWithProjection.read(config("projection"));
    Graph graph = new Graph();
    TextStates states = model.text().states(graph, graph.inputIds("input_ids", 2, 5));
    model.embed(graph, states.lastHiddenState(), graph.input("end_of_text", 2, 5));
    assertEquals(graph.parameters(), model.parameters());
  }

  /** With the final norm, skipping no layer gives the model's output. */
  @Test
  void theFinalNormOfTheLastStateIsTheOutput() throws IOException {
    ClipTextModel model = ClipTextModel.read(config("sd1-quick-gelu"));
    Graph graph = new Graph();
    TextStates states = model.states(graph, graph.inputIds("input_ids", 2, 3));
    graph.named("expected", states.lastHiddenState());
    graph.named("actual", model.finalLayerNorm(graph, states.fromEnd(0)));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(7));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Map<String, INDArray> outputs =
          executor.run(
              Map.of("input_ids", Nd4j.createFromArray(new long[][] {{11, 2, 5}, {3, 13, 7}})),
              List.of("expected", "actual"));
      assertClose(outputs.get("expected"), outputs.get("actual"), 0, 0, "output");
    }
    int layers = model.config().numHiddenLayers();
    assertSame(states.hiddenStates().get(layers - 1), states.fromEnd(1));
  }

  private static Path config(String name) {
    return TestResources.path(
        "org/diffusion4j/clip/verify/golden/clip-text/" + name + "/config.json");
  }
}
