package org.diffusion4j.clip.vision;

import java.util.List;
import org.diffusion4j.clip.encoder.ClipEncoder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.LayerNorm;

/**
 * CLIP's vision transformer (Dosovitskiy et al. 2021): patches and a class token (parameters {@code
 * vision_model.*}).
 */
public final class ClipVisionModel {
  private final ClipVisionConfig config;

  public ClipVisionModel(ClipVisionConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public ClipVisionConfig config() {
    return config;
  }

  /**
   * Adds the model.
   *
   * @param images {@code [n, numChannels, imageSize, imageSize]} in [-1,1]
   * @return the normalized state of the class token, {@code [n, hiddenSize]}
   */
  public Tensor build(Graph graph, Tensor images) {
    return pool(graph, hiddenStates(graph, images).get(config.numHiddenLayers()));
  }

  /**
   * The normalized state of the class token.
   *
   * @param states of the last layer, {@code [n, 1 + patches, hiddenSize]}
   * @return {@code [n, hiddenSize]}
   */
  public Tensor pool(Graph graph, Tensor states) {
    Tensor classToken =
        graph.reshape(graph.slice(states, 1, 0, 1), states.size(0), config.hiddenSize());
    return new LayerNorm(config.layerNormEps())
        .build(graph.scope("vision_model").scope("post_layernorm"), classToken);
  }

  /**
   * Adds the layers.
   *
   * @param images {@code [n, numChannels, imageSize, imageSize]} in [-1,1]
   * @return the normalized embeddings and what each layer gives, the class token before the
   *     patches, each {@code [n, 1 + patches, hiddenSize]}
   */
  public List<Tensor> hiddenStates(Graph graph, Tensor images) {
    Graph model = graph.scope("vision_model");
    Tensor h = embed(model.scope("embeddings"), images);
    // The reference implementation's spelling is part of the file format.
    h = new LayerNorm(config.layerNormEps()).build(model.scope("pre_layrnorm"), h);
    ClipEncoder encoder =
        new ClipEncoder(
            config.numHiddenLayers(),
            config.numAttentionHeads(),
            config.intermediateSize(),
            config.hiddenAct(),
            config.layerNormEps());
    return encoder.build(model.scope("encoder"), h);
  }

  private Tensor embed(Graph graph, Tensor images) {
    Require.equal("height of images", images.size(2), "imageSize", config.imageSize());
    Require.equal("width of images", images.size(3), "imageSize", config.imageSize());
    long n = images.size(0);
    long features = config.hiddenSize();
    Initializer initializer = new Initializer.Normal(1 / Math.sqrt((double) features));
    Tensor patches =
        Conv2d.patches(features, config.patchSize()).build(graph.scope("patch_embedding"), images);
    patches = graph.permute(graph.reshape(patches, n, features, config.patches()), 0, 2, 1);
    Tensor classToken =
        graph.parameter("class_embedding", ParameterLayout.PLAIN, initializer, features);
    Tensor positions =
        graph.parameter(
            "position_embedding.weight",
            ParameterLayout.PLAIN,
            initializer,
            config.patches() + 1,
            features);
    Tensor classTokens =
        graph
            .constant(new double[Math.toIntExact(n * features)], n, 1, features)
            .plus(graph.reshape(classToken, 1, 1, features));
    return graph.concat(1, classTokens, patches).plus(positions);
  }
}
