package org.diffusion4j.vae;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.nn.ActivationFunction;

/**
 * The hyperparameters of {@link AutoencoderKL}; components are the fields of diffusers' {@code
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
 * @param latentChannels the channels of the latents
 * @param normNumGroups the groups of the group norms
 * @param sampleSize the height and width of the images it was trained on; the height is the side of
 *     {@link LatentCodec}'s tiles
 * @param scalingFactor latents times this factor have about unit variance, see {@link
 *     LatentScaling}
 * @param shiftFactor about the mean of the latents, see {@link LatentScaling}
 * @param latentsMean the mean of each latent channel, see {@link LatentScaling}
 * @param latentsStd the standard deviation of each latent channel, present where the mean is
 * @param forceUpcast whether half precision is too little for it, which nothing here depends on:
 *     float32 is what is computed in
 * @param useQuantConv whether a pointwise convolution follows the encoder
 * @param usePostQuantConv whether a pointwise convolution comes before the decoder
 * @param midBlockAddAttention whether the middle of encoder and decoder has self-attention
 */
@RecordBuilder
@RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
public record AutoencoderKLConfig(
    int inChannels,
    int outChannels,
    List<DownEncoderBlockType> downBlockTypes,
    List<UpDecoderBlockType> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    ActivationFunction actFn,
    int latentChannels,
    int normNumGroups,
    SampleSize sampleSize,
    double scalingFactor,
    OptionalDouble shiftFactor,
    Optional<List<Double>> latentsMean,
    Optional<List<Double>> latentsStd,
    boolean forceUpcast,
    boolean useQuantConv,
    boolean usePostQuantConv,
    boolean midBlockAddAttention)
    implements AutoencoderKLConfigBuilder.With {

  /** The defaults of diffusers, which count for the fields that a file leaves out. */
  public static final AutoencoderKLConfig DEFAULTS =
      new AutoencoderKLConfig(3, 3, List.of(64), 1, 4, 32, true, 0.18215);

  private static final int DEFAULT_SAMPLE_SIZE = 32;

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if actFn or sampleSize is null
   */
  public AutoencoderKLConfig {
    Require.positive("inChannels", inChannels, ModelLimits.WIDTH);
    Require.positive("outChannels", outChannels, ModelLimits.WIDTH);
    downBlockTypes = Stages.copy("downBlockTypes", downBlockTypes);
    upBlockTypes = Stages.copy("upBlockTypes", upBlockTypes);
    blockOutChannels = Stages.copy("blockOutChannels", blockOutChannels);
    Objects.requireNonNull(actFn, "actFn must not be null");
    Require.positive("latentChannels", latentChannels, ModelLimits.WIDTH);
    Objects.requireNonNull(sampleSize, "sampleSize must not be null");
    Require.positive("scalingFactor", scalingFactor);
    shiftFactor.ifPresent(shift -> Require.finite("shiftFactor", shift));
    latentsMean = latentsMean.map(means -> Stages.copy("latentsMean", means));
    latentsStd = latentsStd.map(deviations -> Stages.copy("latentsStd", deviations));
    requireMoments(latentChannels, shiftFactor, latentsMean, latentsStd);
    new Stages(
        downBlockTypes,
        upBlockTypes,
        blockOutChannels,
        layersPerBlock,
        actFn.function(),
        normNumGroups,
        midBlockAddAttention);
  }

  /** Stages of residual blocks with SiLU, and what else diffusers does by default. */
  public AutoencoderKLConfig(
      int inChannels,
      int outChannels,
      List<Integer> blockOutChannels,
      int layersPerBlock,
      int latentChannels,
      int normNumGroups,
      boolean midBlockAddAttention,
      double scalingFactor) {
    this(
        inChannels,
        outChannels,
        Collections.nCopies(blockOutChannels.size(), DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D),
        Collections.nCopies(blockOutChannels.size(), UpDecoderBlockType.UP_DECODER_BLOCK_2D),
        blockOutChannels,
        layersPerBlock,
        ActivationFunction.SILU,
        latentChannels,
        normNumGroups,
        SampleSize.of(DEFAULT_SAMPLE_SIZE),
        scalingFactor,
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        true,
        true,
        midBlockAddAttention);
  }

  private static void requireMoments(
      int latentChannels,
      OptionalDouble shiftFactor,
      Optional<List<Double>> latentsMean,
      Optional<List<Double>> latentsStd) {
    Require.that(
        latentsMean.isPresent() == latentsStd.isPresent(),
        "latentsStd",
        latentsStd,
        "must be present where latentsMean (=" + latentsMean + ") is, and only there");
    Require.that(
        latentsMean.isEmpty() || shiftFactor.isEmpty(),
        "shiftFactor",
        shiftFactor,
        "must be absent with latentsMean");
    latentsMean.ifPresent(
        means -> {
          Require.equal("size of latentsMean", means.size(), "latentChannels", latentChannels);
          means.forEach(mean -> Require.finite("latentsMean", mean));
        });
    latentsStd.ifPresent(
        deviations -> {
          Require.equal("size of latentsStd", deviations.size(), "latentChannels", latentChannels);
          deviations.forEach(deviation -> Require.positive("latentsStd", deviation));
        });
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
