package org.diffusion4j.unet;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;

/**
 * The hyperparameters of {@link UNet2DModel}; components are the fields of diffusers' {@code
 * config.json}.
 *
 * @param sampleSize the height and width of samples, which nothing here depends on
 * @param inChannels the channels of the sample
 * @param outChannels the channels of the prediction
 * @param centerInputSample whether samples are in [0,1] and become 2 x - 1 first
 * @param timeEmbeddingType what becomes of the time before the layers that embed it
 * @param freqShift of sinusoids, 0 or 1: whether the last frequency of the time is next to or at
 *     1/10,000
 * @param flipSinToCos of sinusoids, whether the cosines come first
 * @param downBlockTypes the stages of the way down, from the top
 * @param upBlockTypes the stages of the way up, from the bottom
 * @param blockOutChannels the channels of each stage, from the top
 * @param layersPerBlock the residual blocks of a stage on the way down
 * @param midBlockScaleFactor what residual blocks and attention of the middle divide their sums by
 * @param downsamplePadding 0 or 1: whether convolutions that halve the size have zeros at the right
 *     and bottom only, or on all sides
 * @param downsampleType how stages with attention halve the size; others do by a convolution
 * @param upsampleType how stages with attention double the size; others do by a convolution
 * @param dropout 0, as no dropout is done
 * @param actFn the activation of the residual blocks
 * @param attentionHeadDim the features of one attention head; one head of all channels if absent
 * @param normNumGroups the groups of the group norms
 * @param attnNormNumGroups the groups of the norm of the middle's attention; if absent, those of
 *     the others, or no norm where resnetTimeScaleShift is SCALE_SHIFT
 * @param normEps the epsilon of the group norms
 * @param resnetTimeScaleShift how the time takes part in residual blocks
 * @param addAttention whether the middle has attention
 * @param classEmbedType how class labels are embedded; if absent, by a table or not at all
 * @param numClassEmbeds the number of classes in the table, if there is one
 * @param numTrainTimesteps the number of training steps, which nothing here depends on
 */
@RecordBuilder
@RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
public record UNet2DConfig(
    Optional<SampleSize> sampleSize,
    int inChannels,
    int outChannels,
    boolean centerInputSample,
    TimeEmbeddingType timeEmbeddingType,
    int freqShift,
    boolean flipSinToCos,
    List<UNet2DDownBlockType> downBlockTypes,
    List<UNet2DUpBlockType> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    double midBlockScaleFactor,
    int downsamplePadding,
    ResampleType downsampleType,
    ResampleType upsampleType,
    double dropout,
    ActivationFunction actFn,
    OptionalInt attentionHeadDim,
    int normNumGroups,
    OptionalInt attnNormNumGroups,
    double normEps,
    TimeScaleShift resnetTimeScaleShift,
    boolean addAttention,
    Optional<ClassEmbedType> classEmbedType,
    OptionalInt numClassEmbeds,
    OptionalInt numTrainTimesteps)
    implements UNet2DConfigBuilder.With {

  /** The defaults of diffusers, which count for the fields that a file leaves out. */
  public static final UNet2DConfig DEFAULTS =
      new UNet2DConfig(
          Optional.empty(),
          3,
          3,
          false,
          TimeEmbeddingType.POSITIONAL,
          0,
          true,
          List.of(
              UNet2DDownBlockType.DOWN_BLOCK_2D,
              UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D,
              UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D,
              UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D),
          List.of(
              UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
              UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
              UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
              UNet2DUpBlockType.UP_BLOCK_2D),
          List.of(224, 448, 672, 896),
          2,
          1,
          1,
          ResampleType.CONV,
          ResampleType.CONV,
          0,
          ActivationFunction.SILU,
          OptionalInt.of(8),
          32,
          OptionalInt.empty(),
          1e-5,
          TimeScaleShift.DEFAULT,
          true,
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  /** How much longer the time embedding is than its sinusoids. */
  private static final int TIME_EMBEDDING_FACTOR = 4;

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if an enum is null
   */
  public UNet2DConfig {
    downBlockTypes = UNetChecks.copy("downBlockTypes", downBlockTypes);
    upBlockTypes = UNetChecks.copy("upBlockTypes", upBlockTypes);
    blockOutChannels = UNetChecks.copy("blockOutChannels", blockOutChannels);
    Require.positive("inChannels", inChannels, ModelLimits.WIDTH);
    Require.positive("outChannels", outChannels, ModelLimits.WIDTH);
    UNetChecks.requireStages(downBlockTypes, upBlockTypes, blockOutChannels);
    Require.positive("layersPerBlock", layersPerBlock, ModelLimits.BLOCKS);
    UNetChecks.requireMidBlockScaleFactor(midBlockScaleFactor);
    Require.inRange("downsamplePadding", downsamplePadding, 0, 1);
    Objects.requireNonNull(downsampleType, "downsampleType must not be null");
    Objects.requireNonNull(upsampleType, "upsampleType must not be null");
    Require.that(dropout == 0, "dropout", dropout, "must be 0: no dropout is done");
    Objects.requireNonNull(actFn, "actFn must not be null");
    Objects.requireNonNull(resnetTimeScaleShift, "resnetTimeScaleShift must not be null");
    Require.positive("normEps", normEps);
    Objects.requireNonNull(timeEmbeddingType, "timeEmbeddingType must not be null");
    UNetChecks.requireSinusoids(freqShift, blockOutChannels);
    UNetChecks.requireGroups(normNumGroups, blockOutChannels);
    int last = blockOutChannels.get(blockOutChannels.size() - 1);
    attnNormNumGroups.ifPresent(
        groups -> Require.divisible("blockOutChannels", last, "attnNormNumGroups", groups));
    requireHeads(attentionHeadDim, blockOutChannels);
    UNetChecks.requireClasses(classEmbedType, numClassEmbeds);
    UNetChecks.requireSize(blockOutChannels, stage -> layersPerBlock, stage -> 0);
    numTrainTimesteps.ifPresent(
        steps -> Require.positive("numTrainTimesteps", steps, ModelLimits.TIMESTEPS));
  }

  private static void requireHeads(OptionalInt attentionHeadDim, List<Integer> blockOutChannels) {
    attentionHeadDim.ifPresent(
        headDim -> {
          for (int channels : blockOutChannels) {
            Require.divisible("blockOutChannels", channels, "attentionHeadDim", headDim);
          }
        });
  }

  /** The factor by which the middle of the network is smaller than the sample. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** The length of the time embedding. */
  public int timeEmbedDim() {
    return Math.multiplyExact(TIME_EMBEDDING_FACTOR, blockOutChannels.get(0));
  }

  /** Whether predictions are for a class. */
  public boolean hasClasses() {
    return classEmbedType.isPresent() || numClassEmbeds.isPresent();
  }

  /** The features of one attention head of a stage with that many channels. */
  int headDim(int channels) {
    return attentionHeadDim.orElse(channels);
  }

  /** The groups of the norm before the middle's attention; empty for no norm. */
  OptionalInt midAttentionGroups() {
    if (attnNormNumGroups.isPresent()) {
      return attnNormNumGroups;
    }
    return resnetTimeScaleShift == TimeScaleShift.DEFAULT
        ? OptionalInt.of(normNumGroups)
        : OptionalInt.empty();
  }
}
