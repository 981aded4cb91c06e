package org.diffusion4j.clip.vision;

import org.diffusion4j.core.check.Require;

/**
 * The hyperparameters of {@link ClipVisionModel}; components are the fields of transformers' {@code
 * config.json}.
 *
 * @param numChannels the channels of the images
 * @param imageSize height and width of the images
 * @param patchSize height and width of a patch
 * @param hiddenSize the features of a state
 * @param intermediateSize the hidden features of the perceptrons
 * @param numHiddenLayers the number of layers
 * @param numAttentionHeads the attention heads of a layer
 * @param layerNormEps the epsilon of the layer norms
 */
public record ClipVisionConfig(
    int numChannels,
    int imageSize,
    int patchSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    double layerNormEps) {

  public ClipVisionConfig {
    Require.positive("numChannels", numChannels);
    Require.positive("imageSize", imageSize);
    Require.positive("patchSize", patchSize);
    Require.positive("hiddenSize", hiddenSize);
    Require.positive("intermediateSize", intermediateSize);
    Require.positive("numHiddenLayers", numHiddenLayers);
    Require.positive("numAttentionHeads", numAttentionHeads);
    Require.divisible("imageSize", imageSize, "patchSize", patchSize);
    Require.divisible("hiddenSize", hiddenSize, "numAttentionHeads", numAttentionHeads);
    Require.positive("layerNormEps", layerNormEps);
  }

  /** The number of patches of an image. */
  public int patches() {
    int side = imageSize / patchSize;
    return side * side;
  }
}
