package org.diffusion4j.clip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model against transformers' {@code CLIPModel} with the same weights. */
class ClipModelGoldenTest {
  private final ClipModel clip = read();
  private final ReferenceModel reference =
      new ReferenceModel("golden/clip/vit", "model.safetensors", "input_ids", "pixel_values");

  @BeforeEach
  void markTheEnds() {
    reference.putInput("end_of_text", clip.text().endOfText(reference.tensor("input_ids")));
  }

  @Test
  void embedsTextsAndImagesAsTheReference() {
    Graph graph = new Graph();
    Tensor ids = graph.inputIds("input_ids", 4, 12);
    Tensor ends = graph.input("end_of_text", 4, 12);
    Tensor images = graph.input("pixel_values", 4, 3, 16, 16);
    Tensor states = graph.named("text_last_hidden_state", clip.text().build(graph, ids));
    graph.named("text_pooler_output", clip.text().pool(graph, states, ends));
    graph.named("text_features", clip.textFeatures(graph, ids, ends));
    List<Tensor> inner = clip.vision().hiddenStates(graph, images);
    graph.named("mid.vision_model.pre_layrnorm", inner.get(0));
    graph.named("vision_last_hidden_state", inner.get(2));
    graph.named("vision_pooler_output", clip.vision().pool(graph, inner.get(2)));
    graph.named("image_features", clip.imageFeatures(graph, images));
    graph.named("text_embeds", clip.embedText(graph, ids, ends));
    graph.named("image_embeds", clip.embedImages(graph, images));
    clip.loss(graph, ids, ends, images);
    graph.named("logits_per_image", graph.permute(graph.tensor("logits_per_text"), 1, 0));
    graph.named("output", graph.tensor("loss"));
    reference.assertOutputs(
        graph,
        List.of(
            "text_last_hidden_state",
            "text_pooler_output",
            "text_features",
            "text_embeds",
            "mid.vision_model.pre_layrnorm",
            "vision_last_hidden_state",
            "vision_pooler_output",
            "image_features",
            "image_embeds",
            "logits_per_image",
            "logits_per_text",
            "output"));
  }

  @Test
  void hasTheGradientsOfTheReference() {
    Graph graph = new Graph();
    Tensor ids = graph.inputIds("input_ids", 4, 12);
    Tensor ends = graph.input("end_of_text", 4, 12);
    Tensor images = graph.input("pixel_values", 4, 3, 16, 16);
    Tensor loss = clip.loss(graph, ids, ends, images);
    double w = reference.tensor("w").getDouble(0);
    graph.named("weighted_loss", graph.scale(loss, w));
    reference.assertGradients(graph, "weighted_loss", List.of("pixel_values"));
  }

  private static ClipModel read() {
    try {
      return ClipModel.read(TestResources.path("golden/clip/vit/config.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
