package org.diffusion4j.clip;

import java.util.List;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The model against transformers' {@code CLIPModel} with the same weights. */
class ClipModelGoldenTest {
  private static final int END_OF_TEXT = 99;
  private static final ClipConfig CONFIG =
      new ClipConfig(
          new ClipTextConfig(100, 32, 48, 2, 4, 16, 1e-5),
          new ClipVisionConfig(3, 16, 4, 24, 56, 2, 3, 1e-5),
          16);

  private final ClipModel clip = new ClipModel(CONFIG);
  private final ReferenceModel reference =
      new ReferenceModel("golden/clip/vit", "model.safetensors", "input_ids", "pixel_values");

  @BeforeEach
  void markTheEnds() {
    reference.putInput("end_of_text", firstEnds(reference.tensor("input_ids")));
  }

  @Test
  void embedsTextsAndImagesAsTheReference() {
    Graph graph = new Graph();
    Tensor ids = graph.inputIds("input_ids", 4, 12);
    Tensor ends = graph.input("end_of_text", 4, 12);
    Tensor images = graph.input("pixel_values", 4, 3, 16, 16);
    Tensor states = graph.named("text_last_hidden_state", clip.text().build(graph, ids));
    graph.named("text_pooler_output", clip.text().pool(graph, states, ends));
    graph.named("text_embeds", clip.embedText(graph, ids, ends));
    graph.named("image_embeds", clip.embedImages(graph, images));
    clip.loss(graph, ids, ends, images);
    graph.named("output", graph.tensor("loss"));
    reference.assertOutputs(
        graph,
        List.of(
            "text_last_hidden_state",
            "text_pooler_output",
            "text_embeds",
            "image_embeds",
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

  private static INDArray firstEnds(INDArray ids) {
    float[][] ends = new float[ids.rows()][ids.columns()];
    for (int text = 0; text < ends.length; text++) {
      int position = 0;
      while (ids.getInt(text, position) != END_OF_TEXT) {
        position++;
      }
      ends[text][position] = 1;
    }
    return Nd4j.createFromArray(ends);
  }
}
