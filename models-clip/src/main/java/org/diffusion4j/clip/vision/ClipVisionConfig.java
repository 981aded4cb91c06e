package org.diffusion4j.clip.vision;

import org.diffusion4j.clip.encoder.ClipEncoder;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

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
 * @param hiddenAct the activation of the perceptrons
 * @param projectionDim the features of an embedding, of which {@link ClipVisionModel} makes none
 */
public record ClipVisionConfig(
    int numChannels,
    int imageSize,
    int patchSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    double layerNormEps,
    HiddenAct hiddenAct,
    int projectionDim) {
  /** What transformers fills up a vision model's files with. */
  private static final int DEFAULT_PROJECTION_DIM = 512;

  public ClipVisionConfig {
    Require.positive("numChannels", numChannels, ModelLimits.WIDTH);
    Require.positive("imageSize", imageSize, ModelLimits.SIDE);
    Require.positive("patchSize", patchSize, ModelLimits.SIDE);
    Require.positive("hiddenSize", hiddenSize, ModelLimits.WIDTH);
    Require.positive("intermediateSize", intermediateSize, ModelLimits.WIDTH);
    Require.positive("numHiddenLayers", numHiddenLayers, ModelLimits.BLOCKS);
    Require.positive("numAttentionHeads", numAttentionHeads, ModelLimits.WIDTH);
    Require.divisible("imageSize", imageSize, "patchSize", patchSize);
    Require.positive("number of patches", patches(imageSize, patchSize), ModelLimits.POSITIONS);
    long embeddings = (long) numChannels * patchSize * patchSize * hiddenSize;
    ModelLimits.requireParameters(
        embeddings + ClipEncoder.weights(numHiddenLayers, hiddenSize, intermediateSize));
    Require.divisible("hiddenSize", hiddenSize, "numAttentionHeads", numAttentionHeads);
    Require.positive("layerNormEps", layerNormEps);
    Require.that(hiddenAct != null, "hiddenAct", hiddenAct, "must be there");
    Require.positive("projectionDim", projectionDim, ModelLimits.WIDTH);
  }

  /** OpenAI's kind: quick GELU. */
  public ClipVisionConfig(
      int numChannels,
      int imageSize,
      int patchSize,
      int hiddenSize,
      int intermediateSize,
      int numHiddenLayers,
      int numAttentionHeads,
      double layerNormEps) {
    this(
        numChannels,
        imageSize,
        patchSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        layerNormEps,
        HiddenAct.QUICK_GELU,
        DEFAULT_PROJECTION_DIM);
  }

  /** What counts where a file says nothing: transformers' defaults. */
  public static ClipVisionConfig defaults() {
    return new ClipVisionConfig(3, 224, 32, 768, 3072, 12, 12, 1e-5);
  }

  /** The number of patches of an image. */
  public int patches() {
    return patches(imageSize, patchSize);
  }

  private static int patches(int imageSize, int patchSize) {
    int side = imageSize / patchSize;
    return side * side;
  }
}
