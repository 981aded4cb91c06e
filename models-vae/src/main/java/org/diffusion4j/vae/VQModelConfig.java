package org.diffusion4j.vae;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.nn.ActivationFunction;

/**
 * The hyperparameters of {@link VQModel}; components are the fields of diffusers' {@code
 * config.json}.
 *
 * @param inChannels the channels of the images
 * @param outChannels the channels of the reconstruction
 * @param downBlockTypes the encoder's stages, from the pixels
 * @param upBlockTypes the decoder's stages, from the latents
 * @param blockOutChannels the channels of each stage, from the pixels; each stage but the last
 *     halves the size
 * @param layersPerBlock the residual blocks of an encoder stage; a decoder stage has one more
 * @param actFn the activation of the residual blocks
 * @param latentChannels the channels of encoder's output and decoder's input
 * @param sampleSize the height and width of the images it was trained on, which nothing here
 *     depends on
 * @param numVqEmbeddings the vectors of the codebook
 * @param normNumGroups the groups of the group norms
 * @param vqEmbedDim the length of the codebook's vectors; latentChannels if absent
 * @param scalingFactor latents times this factor have about unit variance
 * @param normType how the decoder normalizes
 * @param midBlockAddAttention whether the middle of encoder and decoder has self-attention
 * @param lookupFromCodebook whether pipelines decode indices and not latents, which nothing here
 *     depends on: {@link VQModel} does both
 * @param forceUpcast whether half precision is too little for it, which nothing here depends on
 */
@RecordBuilder
@RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
public record VQModelConfig(
    int inChannels,
    int outChannels,
    List<DownEncoderBlockType> downBlockTypes,
    List<UpDecoderBlockType> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    ActivationFunction actFn,
    int latentChannels,
    SampleSize sampleSize,
    int numVqEmbeddings,
    int normNumGroups,
    OptionalInt vqEmbedDim,
    double scalingFactor,
    VQNormType normType,
    boolean midBlockAddAttention,
    boolean lookupFromCodebook,
    boolean forceUpcast)
    implements VQModelConfigBuilder.With {

  /** The defaults of diffusers, which count for the fields that a file leaves out. */
  public static final VQModelConfig DEFAULTS =
      new VQModelConfig(
          3,
          3,
          List.of(DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D),
          List.of(UpDecoderBlockType.UP_DECODER_BLOCK_2D),
          List.of(64),
          1,
          ActivationFunction.SILU,
          3,
          SampleSize.of(32),
          256,
          32,
          OptionalInt.empty(),
          0.18215,
          VQNormType.GROUP,
          true,
          false,
          false);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if actFn, sampleSize or normType is null
   */
  public VQModelConfig {
    Require.positive("inChannels", inChannels, ModelLimits.WIDTH);
    Require.positive("outChannels", outChannels, ModelLimits.WIDTH);
    downBlockTypes = Stages.copy("downBlockTypes", downBlockTypes);
    upBlockTypes = Stages.copy("upBlockTypes", upBlockTypes);
    blockOutChannels = Stages.copy("blockOutChannels", blockOutChannels);
    Objects.requireNonNull(actFn, "actFn must not be null");
    Require.positive("latentChannels", latentChannels, ModelLimits.WIDTH);
    Objects.requireNonNull(sampleSize, "sampleSize must not be null");
    Require.positive("numVqEmbeddings", numVqEmbeddings, ModelLimits.ROWS);
    vqEmbedDim.ifPresent(dim -> Require.positive("vqEmbedDim", dim, ModelLimits.WIDTH));
    Require.positive("scalingFactor", scalingFactor);
    Objects.requireNonNull(normType, "normType must not be null");
    new Stages(
        downBlockTypes,
        upBlockTypes,
        blockOutChannels,
        layersPerBlock,
        actFn.function(),
        normNumGroups,
        midBlockAddAttention);
  }

  /** The length of the codebook's vectors. */
  public int embedDim() {
    return vqEmbedDim.orElse(latentChannels);
  }

  /** The factor by which latents are smaller than images. */
  public int downscale() {
    return stages().downscale();
  }

  Stages stages() {
    return new Stages(
        downBlockTypes,
        upBlockTypes,
        blockOutChannels,
        layersPerBlock,
        actFn.function(),
        normNumGroups,
        midBlockAddAttention);
  }
}
