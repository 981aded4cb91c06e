package org.diffusion4j.clip.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;

/**
 * Verifies CLIP, values and gradients: the golden data in folders named {@code clip}, made with
 * transformers' {@code CLIPModel}.
 */
public final class ClipVerifier implements Verifier {
  private static final GoldenModels<ClipModel> MODELS =
      new GoldenModels<>("model", ClipModel::read, ClipVerifier::build, UnaryOperator.identity());

  @Override
  public String folder() {
    return "clip";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static void build(ClipModel model, ModelGraph in) {
    Graph graph = in.graph();
    Tensor ids = in.inputIds("input_ids");
    Tensor ends = in.input("end_of_text", model.text().endOfText(in.values("input_ids")));
    Tensor images = in.input("pixel_values");

    TextStates text = model.text().states(graph, ids);
    Layers.give(in, "text_model", text.hiddenStates());
    in.give("text_last_hidden_state", text.lastHiddenState());
    in.give("text_pooler_output", model.text().pool(graph, text.lastHiddenState(), ends));
    in.give("text_features", model.textFeatures(graph, ids, ends));
    in.give("text_embeds", model.embedText(graph, ids, ends));

    List<Tensor> states = model.vision().hiddenStates(graph, images);
    Tensor last = states.get(states.size() - 1);
    Layers.give(in, "vision_model", states);
    in.give("vision_last_hidden_state", last);
    in.give("vision_pooler_output", model.vision().pool(graph, last));
    in.give("image_features", model.imageFeatures(graph, images));
    in.give("image_embeds", model.embedImages(graph, images));

    in.give("output", model.loss(graph, ids, ends, images));
    Tensor logits = graph.tensor("logits_per_text");
    in.give("logits_per_text", logits);
    in.give("logits_per_image", graph.permute(logits, 1, 0));
  }
}
