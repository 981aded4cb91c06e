package org.diffusion4j.clip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.diffusion4j.clip.config.TransformersConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.vision.ClipVisionModel;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.ContrastiveLoss;
import org.diffusion4j.core.nn.Linear;

/**
 * CLIP (Radford et al. 2021), with the parameter names of transformers' {@code CLIPModel}.
 *
 * <p>Embeddings have length 1; the similarity of a text and an image is their dot product.
 */
public final class ClipModel {
  /** The class that transformers has it as. */
  public static final String CLASS_NAME = "CLIPModel";

  static final String MODEL_TYPE = "clip";

  /** The logarithm of the inverse of the paper's first temperature, 0.07. */
  private static final double INITIAL_LOGIT_SCALE = Math.log(1 / 0.07);

  private final ClipConfig config;
  private final ClipTextModel text;
  private final ClipVisionModel vision;

  public ClipModel(ClipConfig config) {
    this.config = config;
    this.text = new ClipTextModel(config.textConfig());
    this.vision = new ClipVisionModel(config.visionConfig());
  }

  /**
   * The model that a {@code config.json} of transformers' {@code CLIPModel} describes; see {@link
   * TransformersConfig}.
   *
   * @throws org.diffusion4j.core.InvalidFileException if the file is missing, no JSON, of another
   *     class, or if a field is refused or out of its range
   */
  public static ClipModel read(Path configJson) throws IOException {
    return new ClipModel(
        TransformersConfig.open(configJson, CLASS_NAME, MODEL_TYPE)
            .over(ClipConfig.defaults(), ClipConfig.class, Set.of("text_config", "vision_config")));
  }

  /** The configuration. */
  public ClipConfig config() {
    return config;
  }

  /** The parameters of both encoders, the projections and the temperature. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    int length = config.textConfig().maxPositionEmbeddings();
    int size = config.visionConfig().imageSize();
    loss(
        graph,
        graph.inputIds("input_ids", 1, length),
        graph.input("end_of_text", 1, length),
        graph.input("images", 1, config.visionConfig().numChannels(), size, size));
    return graph.parameters();
  }

  /** The text encoder, whose states condition a diffusion model. */
  public ClipTextModel text() {
    return text;
  }

  /** The image encoder. */
  public ClipVisionModel vision() {
    return vision;
  }

  /**
   * The projected states of texts, {@code get_text_features} of transformers.
   *
   * @param inputIds an input of token ids, {@code [n, s]}
   * @param endOfText {@code [n, s]}, 1 where a text ends and 0 elsewhere
   * @return {@code [n, projectionDim]}
   */
  public Tensor textFeatures(Graph graph, Tensor inputIds, Tensor endOfText) {
    Tensor pooled = text.pool(graph, text.build(graph, inputIds), endOfText);
    return Linear.withoutBias(config.projectionDim()).build(graph.scope("text_projection"), pooled);
  }

  /**
   * The projected states of images, {@code get_image_features} of transformers.
   *
   * @param images {@code [n, numChannels, imageSize, imageSize]}, prepared as those that the model
   *     was trained on
   * @return {@code [n, projectionDim]}
   */
  public Tensor imageFeatures(Graph graph, Tensor images) {
    return Linear.withoutBias(config.projectionDim())
        .build(graph.scope("visual_projection"), vision.build(graph, images));
  }

  /**
   * Embeddings of texts: their features, normalized.
   *
   * @param inputIds an input of token ids, {@code [n, s]}
   * @param endOfText {@code [n, s]}, 1 where a text ends and 0 elsewhere
   * @return {@code [n, projectionDim]}, each of length 1
   */
  public Tensor embedText(Graph graph, Tensor inputIds, Tensor endOfText) {
    return ContrastiveLoss.normalize(graph, textFeatures(graph, inputIds, endOfText));
  }

  /**
   * Embeddings of images: their features, normalized.
   *
   * @param images as for {@link #imageFeatures}
   * @return {@code [n, projectionDim]}, each of length 1
   */
  public Tensor embedImages(Graph graph, Tensor images) {
    return ContrastiveLoss.normalize(graph, imageFeatures(graph, images));
  }

  /**
   * The contrastive loss of texts and images that belong together row by row; the graph then knows
   * {@code loss} and {@code logits_per_text}.
   *
   * @return a scalar
   */
  public Tensor loss(Graph graph, Tensor inputIds, Tensor endOfText, Tensor images) {
    Tensor logitScale =
        graph.parameter(
            "logit_scale", ParameterLayout.PLAIN, new Initializer.Constant(INITIAL_LOGIT_SCALE));
    Tensor logits =
        graph.named(
            "logits_per_text",
            ContrastiveLoss.logits(
                graph,
                embedText(graph, inputIds, endOfText),
                embedImages(graph, images),
                logitScale));
    return graph.named("loss", new ContrastiveLoss().build(graph, logits));
  }
}
