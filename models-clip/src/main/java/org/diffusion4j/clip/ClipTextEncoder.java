package org.diffusion4j.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.clip.config.TransformersConfig;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;

/**
 * The text encoder of a diffusion model, in any form that transformers saves one in: {@code
 * CLIPTextModel}, {@code CLIPTextModelWithProjection}, or the text half of a {@code CLIPModel}.
 *
 * @param className which of these it is
 * @param text the transformer
 * @param projectionDim the features of an embedding, if there is a projection to one
 * @param parameters every parameter of the file, also those of a vision model
 */
public record ClipTextEncoder(
    String className,
    ClipTextModel text,
    OptionalInt projectionDim,
    List<ParameterSpec> parameters) {

  /** By class; the first of a {@code model_type} counts for files that do not name the class. */
  private static final Map<String, String> MODEL_TYPES = new LinkedHashMap<>();

  static {
    MODEL_TYPES.put(ClipTextModel.CLASS_NAME, ClipTextModel.MODEL_TYPE);
    MODEL_TYPES.put(ClipTextModelWithProjection.CLASS_NAME, ClipTextModel.MODEL_TYPE);
    MODEL_TYPES.put(ClipModel.CLASS_NAME, ClipModel.MODEL_TYPE);
  }

  public ClipTextEncoder {
    parameters = List.copyOf(parameters);
  }

  /** The names of the classes. */
  public static List<String> classNames() {
    return List.copyOf(MODEL_TYPES.keySet());
  }

  /**
   * The encoder that a {@code config.json} describes; see {@link TransformersConfig}.
   *
   * @throws org.diffusion4j.core.InvalidFileException if the file is missing, no JSON, of another
   *     class, or if a field is refused or out of its range
   */
  public static ClipTextEncoder read(Path configJson) throws IOException {
    String className = TransformersConfig.classOf(configJson, MODEL_TYPES);
    return switch (className) {
      case ClipTextModel.CLASS_NAME -> {
        ClipTextModel text = ClipTextModel.read(configJson);
        yield new ClipTextEncoder(className, text, OptionalInt.empty(), text.parameters());
      }
      case ClipTextModelWithProjection.CLASS_NAME -> {
        ClipTextModelWithProjection projected = ClipTextModelWithProjection.read(configJson);
        int projectionDim = projected.config().projectionDim();
        yield new ClipTextEncoder(
            className, projected.text(), OptionalInt.of(projectionDim), projected.parameters());
      }
      default -> {
        ClipModel clip = ClipModel.read(configJson);
        int projectionDim = clip.config().projectionDim();
        yield new ClipTextEncoder(
            className, clip.text(), OptionalInt.of(projectionDim), clip.parameters());
      }
    };
  }

  /**
   * The embeddings of texts, not normalized.
   *
   * @param lastHiddenState {@code [n, s, hiddenSize]}
   * @param endOfText {@code [n, s]}, of {@link ClipTextModel#endOfText}
   * @return {@code [n, projectionDim]}
   * @throws IllegalArgumentException if there is no projection
   */
  public Tensor embed(Graph graph, Tensor lastHiddenState, Tensor endOfText) {
    Require.that(projectionDim.isPresent(), "projectionDim", projectionDim, "must be there");
    Tensor pooled = text.pool(graph, lastHiddenState, endOfText);
    return Linear.withoutBias(projectionDim.getAsInt())
        .build(graph.scope("text_projection"), pooled);
  }

  /**
   * Writes the {@code config.json} of a text model without a projection or with one.
   *
   * @param className {@code CLIPTextModel} or {@code CLIPTextModelWithProjection}
   */
  public static void write(Path configJson, ClipTextConfig config, String className)
      throws IOException {
    TransformersConfig.write(
        configJson, ConfigFile.fieldsOf(config), className, ClipTextModel.MODEL_TYPE);
  }

  /**
   * Writes the {@code config.json} of a whole model, of which transformers' {@code CLIPTextModel}
   * takes the text half.
   */
  public static void write(Path configJson, ClipConfig config) throws IOException {
    ObjectNode fields = ConfigFile.fieldsOf(config);
    fields.withObject("/text_config").put(TransformersConfig.MODEL_TYPE, ClipTextModel.MODEL_TYPE);
    fields.withObject("/vision_config").put(TransformersConfig.MODEL_TYPE, "clip_vision_model");
    TransformersConfig.write(configJson, fields, ClipModel.CLASS_NAME, ClipModel.MODEL_TYPE);
  }
}
