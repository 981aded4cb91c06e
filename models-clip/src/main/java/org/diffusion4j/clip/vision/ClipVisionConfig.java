package org.diffusion4j.clip.vision;

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
    requirePositive("numChannels", numChannels);
    requirePositive("imageSize", imageSize);
    requirePositive("patchSize", patchSize);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("intermediateSize", intermediateSize);
    requirePositive("numHiddenLayers", numHiddenLayers);
    requirePositive("numAttentionHeads", numAttentionHeads);
    if (imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "imageSize (=" + imageSize + ") must be divisible by patchSize (=" + patchSize + ")");
    }
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

  /** The number of patches of an image. */
  public int patches() {
    int side = imageSize / patchSize;
    return side * side;
  }
}
