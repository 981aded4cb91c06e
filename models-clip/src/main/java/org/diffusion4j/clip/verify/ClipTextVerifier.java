package org.diffusion4j.clip.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;

/**
 * Verifies CLIP's text encoders, values and gradients: the golden data in folders named {@code
 * clip-text}, made with transformers' {@code CLIPTextModel} and {@code
 * CLIPTextModelWithProjection}.
 */
public final class ClipTextVerifier implements Verifier {
  private static final String WITH_PROJECTION = "CLIPTextModelWithProjection";

  private static final GoldenModels<Encoder> MODELS =
      new GoldenModels<>(
          "model", ClipTextVerifier::read, ClipTextVerifier::build, UnaryOperator.identity());

  /** A text encoder, and the same with its projection if it has one. */
  private record Encoder(ClipTextModel text, Optional<ClipTextModelWithProjection> projection) {}

  @Override
  public String folder() {
    return "clip-text";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static Encoder read(Path configJson) throws IOException {
    if (!hasProjection(ConfigFile.read(configJson))) {
      return new Encoder(ClipTextModel.read(configJson), Optional.empty());
    }
    ClipTextModelWithProjection model = ClipTextModelWithProjection.read(configJson);
    return new Encoder(model.text(), Optional.of(model));
  }

  private static boolean hasProjection(ConfigFile.Content config) {
    JsonNode names = config.fields().path("architectures");
    return config.className().equals(WITH_PROJECTION)
        || StreamSupport.stream(names.spliterator(), false)
            .anyMatch(name -> name.asText().equals(WITH_PROJECTION));
  }

  private static void build(Encoder encoder, ModelGraph in) {
    Graph graph = in.graph();
    ClipTextModel model = encoder.text();
    Tensor ids = in.inputIds("input_ids");
    Tensor ends = in.input("end_of_text", model.endOfText(in.values("input_ids")));

    TextStates states =
        in.has("attention_mask")
            ? model.states(graph, ids, in.input("attention_mask"))
            : model.states(graph, ids);
    for (int i = 0; i < states.hiddenStates().size(); i++) {
      in.give("hidden_states." + i, states.hiddenStates().get(i));
    }
    Layers.give(in, "text_model", states.hiddenStates());
    Tensor last = states.lastHiddenState();
    in.give("last_hidden_state", last);
    in.give("pooler_output", model.pool(graph, last, ends));
    if (encoder.projection().isPresent()) {
      Tensor embeds = encoder.projection().get().embed(graph, last, ends);
      in.give("text_embeds", embeds);
      in.give("output", embeds);
    } else {
      in.give("output", last);
    }
  }
}
