package org.diffusion4j.clip.text;

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
    requirePositive("vocabSize", vocabSize);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("intermediateSize", intermediateSize);
    requirePositive("numHiddenLayers", numHiddenLayers);
    requirePositive("numAttentionHeads", numAttentionHeads);
    requirePositive("maxPositionEmbeddings", maxPositionEmbeddings);
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hiddenSize (="
              + hiddenSize
              + ") must be divisible by numAttentionHeads (="
              + numAttentionHeads
              + ")");
    }
    if (!(layerNormEps > 0)) {
      throw new IllegalArgumentException("layerNormEps (=" + layerNormEps + ") must be positive");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " (=" + value + ") must be positive");
    }
  }
}
