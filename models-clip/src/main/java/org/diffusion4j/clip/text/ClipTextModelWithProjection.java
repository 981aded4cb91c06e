package org.diffusion4j.clip.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.clip.config.TransformersConfig;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;

/**
 * CLIP's text transformer with the projection to the embedding that it shares with images
 * (parameters {@code text_model.*} and {@code text_projection.weight}); the second text encoder of
 * Stable Diffusion XL.
 */
public final class ClipTextModelWithProjection {
  /** The class that transformers has it as. */
  public static final String CLASS_NAME = "CLIPTextModelWithProjection";

  private final ClipTextModel text;

  public ClipTextModelWithProjection(ClipTextConfig config) {
    this.text = new ClipTextModel(config);
  }

  /**
   * The model that a {@code config.json} of transformers' {@code CLIPTextModelWithProjection}
   * describes; see {@link TransformersConfig}.
   *
   * @throws org.diffusion4j.core.InvalidFileException if the file is missing, no JSON, of another
   *     class, or if a field is refused or out of its range
   */
  public static ClipTextModelWithProjection read(Path configJson) throws IOException {
    return new ClipTextModelWithProjection(
        TransformersConfig.open(configJson, CLASS_NAME, ClipTextModel.MODEL_TYPE)
            .over(ClipTextConfig.defaults(), ClipTextConfig.class));
  }

  /** The transformer, which gives the states. */
  public ClipTextModel text() {
    return text;
  }

  /** The configuration. */
  public ClipTextConfig config() {
    return text.config();
  }

  /** Every parameter of the model. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    int length = config().maxPositionEmbeddings();
    Tensor states = text.build(graph, graph.inputIds("input_ids", 1, length));
    embed(graph, states, graph.input("end_of_text", 1, length));
    return graph.parameters();
  }

  /**
   * The embeddings of texts, not normalized.
   *
   * @param lastHiddenState {@code [n, s, hiddenSize]}
   * @param endOfText {@code [n, s]}, of {@link ClipTextModel#endOfText}
   * @return {@code [n, projectionDim]}
   */
  public Tensor embed(Graph graph, Tensor lastHiddenState, Tensor endOfText) {
    Tensor pooled = text.pool(graph, lastHiddenState, endOfText);
    return Linear.withoutBias(config().projectionDim())
        .build(graph.scope("text_projection"), pooled);
  }
}
