package org.diffusion4j.clip.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.clip.config.TransformersConfig;
import org.diffusion4j.clip.encoder.ClipEncoder;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.LayerNorm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** CLIP's text transformer: each token sees those before it (parameters {@code text_model.*}). */
public final class ClipTextModel {
  /** The class that transformers has it as. */
  public static final String CLASS_NAME = "CLIPTextModel";

  /** The {@code model_type} of transformers' text models, with a projection and without. */
  public static final String MODEL_TYPE = "clip_text_model";

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
   * The model that a {@code config.json} of transformers' {@code CLIPTextModel} describes; see
   * {@link TransformersConfig}.
   *
   * @throws org.diffusion4j.core.InvalidFileException if the file is missing, no JSON, of another
   *     class, or if a field is refused or out of its range
   */
  public static ClipTextModel read(Path configJson) throws IOException {
    return new ClipTextModel(
        TransformersConfig.open(configJson, CLASS_NAME, MODEL_TYPE)
            .over(ClipTextConfig.defaults(), ClipTextConfig.class));
  }

  /** Every parameter of the model. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    build(graph, graph.inputIds("input_ids", 1, config.maxPositionEmbeddings()));
    return graph.parameters();
  }

  /**
   * Adds the model.
   *
   * @param inputIds an input of token ids, {@code [n, s]} with s up to {@link
   *     ClipTextConfig#maxPositionEmbeddings()}
   * @return the last hidden state after the final norm, {@code [n, s, hiddenSize]}
   */
  public Tensor build(Graph graph, Tensor inputIds) {
    return states(graph, inputIds).lastHiddenState();
  }

  /**
   * Adds the model with its inner states.
   *
   * @param inputIds an input of token ids, {@code [n, s]} with s up to {@link
   *     ClipTextConfig#maxPositionEmbeddings()}
   */
  public TextStates states(Graph graph, Tensor inputIds) {
    return states(graph, inputIds, Optional.empty());
  }

  /**
   * Adds the model with its inner states, where not all tokens are looked at.
   *
   * @param inputIds an input of token ids, {@code [n, s]} with s up to {@link
   *     ClipTextConfig#maxPositionEmbeddings()}
   * @param attentionMask {@code [n, s]}, 1 at tokens that are looked at and 0 at those that are not
   */
  public TextStates states(Graph graph, Tensor inputIds, Tensor attentionMask) {
    return states(graph, inputIds, Optional.of(attentionMask));
  }

  private TextStates states(Graph graph, Tensor inputIds, Optional<Tensor> attentionMask) {
    Graph model = graph.scope("text_model");
    Tensor h = embed(model.scope("embeddings"), inputIds);
    Tensor causal = causalMask(graph, h);
    Tensor mask =
        attentionMask.map(seen -> causal.plus(paddingMask(graph, inputIds, seen))).orElse(causal);
    ClipEncoder encoder =
        new ClipEncoder(
            config.numHiddenLayers(),
            config.numAttentionHeads(),
            config.intermediateSize(),
            config.hiddenAct(),
            config.layerNormEps());
    List<Tensor> states = encoder.build(model.scope("encoder"), h, mask);
    return new TextStates(states, finalLayerNorm(graph, states.get(config.numHiddenLayers())));
  }

  /**
   * The final norm, which Stable Diffusion 1 and 2 also give a state of an earlier layer ("clip
   * skip").
   *
   * @param states {@code [n, s, hiddenSize]}
   * @return {@code [n, s, hiddenSize]}
   */
  public Tensor finalLayerNorm(Graph graph, Tensor states) {
    return new LayerNorm(config.layerNormEps())
        .build(graph.scope("text_model").scope("final_layer_norm"), states);
  }

  /**
   * Where each text ends, for {@link #pool}: its first token {@link ClipTextConfig#eosTokenId()},
   * or its first largest id where that is 2.
   *
   * @param inputIds {@code [n, s]}
   * @return {@code [n, s]}, FLOAT, 1 where the text ends and 0 elsewhere
   * @throws IllegalArgumentException if a text has no end
   */
  public INDArray endOfText(INDArray inputIds) {
    return EndOfText.of(inputIds, config);
  }

  /**
   * The state at the end of each text: {@code sum_s states[n, s, :] * endOfText[n, s]}.
   *
   * @param states {@code [n, s, d]}
   * @param endOfText {@code [n, s]}, 1 at the first end-of-text token and 0 elsewhere
   * @return {@code [n, d]}
   */
  public Tensor pool(Graph graph, Tensor states, Tensor endOfText) {
    Tensor chosen = states.times(graph.reshape(endOfText, states.size(0), states.size(1), 1));
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
    return graph.embedding(tokens, inputIds).plus(graph.slice(positions, 0, 0, length));
  }

  /** 0 at tokens that are looked at, {@link #HIDDEN} at others, {@code [n, 1, 1, s]}. */
  private static Tensor paddingMask(Graph graph, Tensor inputIds, Tensor seen) {
    Require.equal("rows of attentionMask", seen.size(0), "rows of inputIds", inputIds.size(0));
    Require.equal("length of attentionMask", seen.size(1), "that of inputIds", inputIds.size(1));
    return graph.reshape(
        graph.affine(seen, -HIDDEN, HIDDEN), inputIds.size(0), 1, 1, inputIds.size(1));
  }

  private static Tensor causalMask(Graph graph, Tensor states) {
    int length = Math.toIntExact(states.size(1));
    double[] mask = new double[length * length];
    for (int query = 0; query < length; query++) {
      Arrays.fill(mask, query * length + query + 1, (query + 1) * length, HIDDEN);
    }
    return graph.constant(mask, 1, 1, length, length);
  }
}
