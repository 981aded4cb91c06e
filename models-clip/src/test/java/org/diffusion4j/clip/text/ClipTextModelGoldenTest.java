package org.diffusion4j.clip.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The text models against transformers' with the same config files and weights. */
class ClipTextModelGoldenTest {
  private static final String WEIGHTS = "model.safetensors";

  /** A stored model, and whether it was called with an attention mask. */
  private enum Stored {
    LARGEST_ID_AND_QUICK_GELU("sd1-quick-gelu", 77, false),
    FIRST_END_AND_GELU_AND_MASK("sd2-gelu", 20, true);

    final String folder;
    final int length;
    final boolean masked;

    Stored(String name, int length, boolean masked) {
      this.folder = "golden/clip-text/" + name;
      this.length = length;
      this.masked = masked;
    }

    ClipTextModel model() throws IOException {
      return ClipTextModel.read(TestResources.path(folder + "/config.json"));
    }

    ReferenceModel reference() {
      return masked
          ? new ReferenceModel(folder, WEIGHTS, "input_ids", "attention_mask")
          : new ReferenceModel(folder, WEIGHTS, "input_ids");
    }

    TextStates build(ClipTextModel model, Graph graph) {
      Tensor ids = graph.inputIds("input_ids", 2, length);
      return model.build(
          graph,
          ids,
          masked ? Optional.of(graph.input("attention_mask", 2, length)) : Optional.empty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void statesAreThoseOfTheReference(Stored stored) throws IOException {
    ClipTextModel model = stored.model();
    ReferenceModel reference = stored.reference();
    reference.putInput("end_of_text", model.endOfText(reference.tensor("input_ids")));
    Graph graph = new Graph();
    TextStates states = stored.build(model, graph);
    List<String> names = nameStates(graph, states);
    graph.named("output", states.lastHiddenState());
    names.add("output");
    Tensor ends = graph.input("end_of_text", 2, stored.length);
    graph.named("pooler_output", model.pool(graph, states.lastHiddenState(), ends));
    names.add("pooler_output");
    reference.assertOutputs(graph, names);
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreThoseOfTheReference(Stored stored) throws IOException {
    ReferenceModel reference = stored.reference();
    reference.putInput("w", reference.tensor("w"));
    Graph graph = new Graph();
    Tensor output = stored.build(stored.model(), graph).lastHiddenState();
    graph.named("loss", weightedSum(graph, output));
    reference.assertGradients(graph, "loss", List.of());
  }

  @ParameterizedTest
  @EnumSource
  void parametersAreThoseOfTheGraph(Stored stored) throws IOException {
    Graph graph = new Graph();
    stored.build(stored.model(), graph);
    assertEquals(graph.parameters(), stored.model().parameters());
  }

  @Test
  void projectedTextsAreThoseOfTheReference() throws IOException {
    ReferenceModel reference = projection();
    Graph graph = new Graph();
    TextStates states = buildProjection(graph);
    List<String> names = nameStates(graph, states);
    graph.named("last_hidden_state", states.lastHiddenState());
    names.addAll(List.of("last_hidden_state", "text_embeds", "output"));
    graph.named("output", graph.tensor("text_embeds"));
    reference.assertOutputs(graph, names);
  }

  @Test
  void gradientsOfTheProjectionAreThoseOfTheReference() throws IOException {
    ReferenceModel reference = projection();
    reference.putInput("w", reference.tensor("w"));
    Graph graph = new Graph();
    buildProjection(graph);
    graph.named("loss", weightedSum(graph, graph.tensor("text_embeds")));
    reference.assertGradients(graph, "loss", List.of());
    assertEquals(
        graph.parameters().stream().map(ParameterSpec::name).toList(),
        projectionModel().parameters().stream().map(ParameterSpec::name).toList());
  }

  /** With the final norm, skipping no layer gives the model's output. */
  @Test
  void theFinalNormOfTheLastStateIsTheOutput() throws IOException {
    Stored stored = Stored.LARGEST_ID_AND_QUICK_GELU;
    ClipTextModel model = stored.model();
    Graph graph = new Graph();
    TextStates states = stored.build(model, graph);
    graph.named("output", model.finalLayerNorm(graph, states.fromEnd(0)));
    graph.named("hidden_states.2", states.fromEnd(1));
    stored.reference().assertOutputs(graph, List.of("output", "hidden_states.2"));
  }

  private static ReferenceModel projection() throws IOException {
    ReferenceModel reference =
        new ReferenceModel("golden/clip-text/projection", WEIGHTS, "input_ids");
    reference.putInput(
        "end_of_text", projectionModel().text().endOfText(reference.tensor("input_ids")));
    return reference;
  }

  private static ClipTextModelWithProjection projectionModel() throws IOException {
    return ClipTextModelWithProjection.read(
        TestResources.path("golden/clip-text/projection/config.json"));
  }

  private static TextStates buildProjection(Graph graph) throws IOException {
    ClipTextModelWithProjection model = projectionModel();
    TextStates states =
        model.text().build(graph, graph.inputIds("input_ids", 2, 16), Optional.empty());
    Tensor ends = graph.input("end_of_text", 2, 16);
    graph.named("text_embeds", model.embed(graph, states.lastHiddenState(), ends));
    return states;
  }

  private static Tensor weightedSum(Graph graph, Tensor output) {
    long[] shape = output.shape().stream().mapToLong(Long::longValue).toArray();
    return graph.sum(graph.multiply(output, graph.input("w", shape)), false);
  }

  private static List<String> nameStates(Graph graph, TextStates states) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < states.hiddenStates().size(); i++) {
      names.add("hidden_states." + i);
      graph.named("hidden_states." + i, states.hiddenStates().get(i));
    }
    graph.named("mid.text_model.embeddings", states.hiddenStates().get(0));
    graph.named("mid.text_model.encoder.layers.0", states.hiddenStates().get(1));
    String layer = "text_model.encoder.layers.0.";
    graph.named("mid." + layer + "self_attn", lastOf(graph, layer + "self_attn."));
    graph.named("mid." + layer + "mlp", lastOf(graph, layer + "mlp."));
    names.addAll(
        List.of(
            "mid.text_model.embeddings",
            "mid.text_model.encoder.layers.0",
            "mid." + layer + "self_attn",
            "mid." + layer + "mlp"));
    return names;
  }

  private static Tensor lastOf(Graph graph, String prefix) {
    List<Tensor> outputs =
        graph.nodes().stream()
            .map(Graph.Node::output)
            .filter(output -> output.name().startsWith(prefix))
            .toList();
    assertTrue(!outputs.isEmpty(), prefix);
    return outputs.get(outputs.size() - 1);
  }
}
