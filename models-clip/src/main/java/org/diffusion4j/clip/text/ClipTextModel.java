package org.diffusion4j.clip.text;

import java.util.Optional;
import org.diffusion4j.clip.encoder.ClipEncoder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.LayerNorm;

/** CLIP's text transformer: each token sees those before it (parameters {@code text_model.*}). */
public final class ClipTextModel {
  /** The standard deviations of untrained embeddings (OpenAI's CLIP, {@code model.py}). */
  private static final Initializer TOKENS = new Initializer.Normal(0.02);

  private static final Initializer POSITIONS = new Initializer.Normal(0.01);

  /** Added to the score of a token that must not be seen: float32's least value. */
  private static final double HIDDEN = -Float.MAX_VALUE;

  private final ClipTextConfig config;

  public ClipTextModel(ClipTextConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public ClipTextConfig config() {
    return config;
  }

  /**
   * Adds the model.
   *
   * @param inputIds an input of token ids, {@code [n, s]} with s up to {@link
   *     ClipTextConfig#maxPositionEmbeddings()}
   * @return the last hidden state after the final norm, {@code [n, s, hiddenSize]}
   */
  public Tensor build(Graph graph, Tensor inputIds) {
    Graph model = graph.scope("text_model");
    Tensor h = embed(model.scope("embeddings"), inputIds);
    ClipEncoder encoder =
        new ClipEncoder(
            config.numHiddenLayers(),
            config.numAttentionHeads(),
            config.intermediateSize(),
            config.layerNormEps());
    h = encoder.build(model.scope("encoder"), h, Optional.of(causalMask(graph, h)));
    return LayerNorm.build(model.scope("final_layer_norm"), h, config.layerNormEps());
  }

  /**
   * The state at the end of each text: {@code sum_s states[n, s, :] * endOfText[n, s]}.
   *
   * @param states {@code [n, s, d]}
   * @param endOfText {@code [n, s]}, 1 at the first end-of-text token and 0 elsewhere
   * @return {@code [n, d]}
   */
  public Tensor pool(Graph graph, Tensor states, Tensor endOfText) {
    Tensor chosen =
        graph.multiply(states, graph.reshape(endOfText, states.size(0), states.size(1), 1));
    return graph.sum(chosen, false, 1);
  }

  private Tensor embed(Graph graph, Tensor inputIds) {
    long length = inputIds.size(1);
    Require.atMost(
        "length of inputIds", length, "maxPositionEmbeddings", config.maxPositionEmbeddings());
    Tensor tokens =
        graph.parameter(
            "token_embedding.weight",
            ParameterLayout.PLAIN,
            TOKENS,
            config.vocabSize(),
            config.hiddenSize());
    Tensor positions =
        graph.parameter(
            "position_embedding.weight",
            ParameterLayout.PLAIN,
            POSITIONS,
            config.maxPositionEmbeddings(),
            config.hiddenSize());
    return graph.add(graph.embedding(tokens, inputIds), graph.slice(positions, 0, 0, length));
  }

  private static Tensor causalMask(Graph graph, Tensor states) {
    int length = Math.toIntExact(states.size(1));
    double[] mask = new double[length * length];
    for (int query = 0; query < length; query++) {
      java.util.Arrays.fill(mask, query * length + query + 1, (query + 1) * length, HIDDEN);
    }
    return graph.constant(mask, 1, 1, length, length);
  }
}
