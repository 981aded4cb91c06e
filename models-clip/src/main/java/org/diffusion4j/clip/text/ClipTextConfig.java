package org.diffusion4j.clip.text;

import org.diffusion4j.clip.encoder.ClipEncoder;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/**
 * The hyperparameters of {@link ClipTextModel}; components are the fields of transformers' {@code
 * config.json}.
 *
 * @param vocabSize the number of tokens
 * @param hiddenSize the features of a state
 * @param intermediateSize the hidden features of the perceptrons
 * @param numHiddenLayers the number of layers
 * @param numAttentionHeads the attention heads of a layer
 * @param maxPositionEmbeddings the longest sequence
 * @param layerNormEps the epsilon of the layer norms
 * @param hiddenAct the activation of the perceptrons
 * @param eosTokenId the id of the token at whose first place a text's state is taken; {@value
 *     #LARGEST_ID} stands for the largest id that the text has, whatever the vocabulary
 * @param projectionDim the features of an embedding, which only models with a projection of their
 *     own read
 */
public record ClipTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    double layerNormEps,
    HiddenAct hiddenAct,
    int eosTokenId,
    int projectionDim) {
  /**
   * What files of OpenAI's models have for the end-of-text token, wrongly; it is the largest id.
   */
  static final int LARGEST_ID = 2;

  /** What transformers fills up a text model's files with. */
  private static final int DEFAULT_PROJECTION_DIM = 512;

  public ClipTextConfig {
    Require.positive("vocabSize", vocabSize, ModelLimits.ROWS);
    Require.positive("hiddenSize", hiddenSize, ModelLimits.WIDTH);
    Require.positive("intermediateSize", intermediateSize, ModelLimits.WIDTH);
    Require.positive("numHiddenLayers", numHiddenLayers, ModelLimits.BLOCKS);
    Require.positive("numAttentionHeads", numAttentionHeads, ModelLimits.WIDTH);
    Require.positive("maxPositionEmbeddings", maxPositionEmbeddings, ModelLimits.POSITIONS);
    long embeddings = (long) vocabSize * hiddenSize;
    ModelLimits.requireParameters(
        embeddings + ClipEncoder.weights(numHiddenLayers, hiddenSize, intermediateSize));
    Require.divisible("hiddenSize", hiddenSize, "numAttentionHeads", numAttentionHeads);
    Require.positive("layerNormEps", layerNormEps);
    Require.that(hiddenAct != null, "hiddenAct", hiddenAct, "must be there");
    Require.notNegative("eosTokenId", eosTokenId);
    Require.positive("projectionDim", projectionDim, ModelLimits.WIDTH);
  }

  /** OpenAI's kind: quick GELU, and a vocabulary of which the last token ends a text. */
  public ClipTextConfig(
      int vocabSize,
      int hiddenSize,
      int intermediateSize,
      int numHiddenLayers,
      int numAttentionHeads,
      int maxPositionEmbeddings,
      double layerNormEps) {
    this(
        vocabSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        maxPositionEmbeddings,
        layerNormEps,
        HiddenAct.QUICK_GELU,
        vocabSize - 1,
        DEFAULT_PROJECTION_DIM);
  }

  /** What counts where a file says nothing: transformers' defaults. */
  public static ClipTextConfig defaults() {
    return new ClipTextConfig(49_408, 512, 2048, 12, 8, 77, 1e-5);
  }
}
