package org.diffusion4j.clip.text;

import org.diffusion4j.core.check.Require;

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
 */
public record ClipTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    double layerNormEps) {

  public ClipTextConfig {
    Require.positive("vocabSize", vocabSize);
    Require.positive("hiddenSize", hiddenSize);
    Require.positive("intermediateSize", intermediateSize);
    Require.positive("numHiddenLayers", numHiddenLayers);
    Require.positive("numAttentionHeads", numAttentionHeads);
    Require.positive("maxPositionEmbeddings", maxPositionEmbeddings);
    Require.divisible("hiddenSize", hiddenSize, "numAttentionHeads", numAttentionHeads);
    Require.positive("layerNormEps", layerNormEps);
  }
}
