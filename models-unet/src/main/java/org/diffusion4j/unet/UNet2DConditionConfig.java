package org.diffusion4j.unet;

import static java.util.Map.entry;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.FixedFields;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;

/**
 * The hyperparameters of {@link UNet2DConditionModel}; components are the fields of diffusers'
 * {@code config.json}.
 *
 * <p>Where a list may have one value for all stages, a file may have the value itself.
 *
 * @param sampleSize the height and width of samples, which nothing here depends on
 * @param inChannels the channels of the sample
 * @param outChannels the channels of the prediction
 * @param centerInputSample whether samples are in [0,1] and become 2 x - 1 first
 * @param flipSinToCos whether the cosines of sinusoids come first
 * @param freqShift 0 or 1: whether the last frequency of sinusoids is next to or at 1/10,000
 * @param timeEmbeddingDim the length of the time embedding; four times that of its sinusoids if
 *     absent
 * @param downBlockTypes the stages of the way down, from the top
 * @param midBlockType the middle, if there is one
 * @param upBlockTypes the stages of the way up, from the bottom
 * @param onlyCrossAttention whether the pixels of a stage look at the text alone and not at each
 *     other, from the top or for all; those of the middle look at both
 * @param blockOutChannels the channels of each stage, from the top
 * @param layersPerBlock the residual blocks of each stage on the way down, from the top or for all
 * @param downsamplePadding 0 or 1: whether convolutions that halve the size have zeros at the right
 *     and bottom only, or on all sides
 * @param midBlockScaleFactor what residual blocks of the middle divide their sums by
 * @param actFn the activation of the residual blocks and of the time embedding
 * @param normNumGroups the groups of the group norms
 * @param normEps the epsilon of the group norms, but for those of transformers
 * @param crossAttentionDim the features of the text encoder's states
 * @param transformerLayersPerBlock the blocks of each transformer of a stage, from the top or for
 *     all
 * @param attentionHeadDim the number of attention heads of a stage, from the top or for all
 *     (diffusers' name for it is historical)
 * @param useLinearProjection whether transformers begin and end with a linear layer or with a
 *     convolution
 * @param upcastAttention whether attention is in float32 where the rest is in half precision, which
 *     nothing here is
 * @param classEmbedType how class labels are embedded; if absent, by a table or not at all
 * @param numClassEmbeds the number of classes in the table, if there is one
 * @param additionEmbedType what else is added to the time embedding
 * @param additionTimeEmbedDim the sinusoids of each size of {@link AdditionEmbedType#TEXT_TIME}
 * @param projectionClassEmbeddingsInputDim the features of class labels to be projected, and those
 *     of {@link AdditionEmbedType#TEXT_TIME}
 * @param resnetTimeScaleShift how the time takes part in residual blocks
 * @param convInKernel the height and width of the first convolution's kernel, odd
 * @param convOutKernel those of the last
 */
@RecordBuilder
@RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
public record UNet2DConditionConfig(
    Optional<SampleSize> sampleSize,
    int inChannels,
    int outChannels,
    boolean centerInputSample,
    boolean flipSinToCos,
    int freqShift,
    OptionalInt timeEmbeddingDim,
    List<DownBlockType> downBlockTypes,
    Optional<MidBlockType> midBlockType,
    List<UpBlockType> upBlockTypes,
    @PerStage List<Boolean> onlyCrossAttention,
    List<Integer> blockOutChannels,
    @PerStage List<Integer> layersPerBlock,
    int downsamplePadding,
    double midBlockScaleFactor,
    ActivationFunction actFn,
    int normNumGroups,
    double normEps,
    int crossAttentionDim,
    @PerStage List<Integer> transformerLayersPerBlock,
    @PerStage List<Integer> attentionHeadDim,
    boolean useLinearProjection,
    boolean upcastAttention,
    Optional<UNet2DConditionClassEmbedType> classEmbedType,
    OptionalInt numClassEmbeds,
    Optional<AdditionEmbedType> additionEmbedType,
    OptionalInt additionTimeEmbedDim,
    OptionalInt projectionClassEmbeddingsInputDim,
    TimeScaleShift resnetTimeScaleShift,
    int convInKernel,
    int convOutKernel)
    implements FixedFields, UNet2DConditionConfigBuilder.With {

  /** The defaults of diffusers, which count for the fields that a file leaves out. */
  public static final UNet2DConditionConfig DEFAULTS =
      UNet2DConditionConfigBuilder.builder()
          .inChannels(4)
          .outChannels(4)
          .flipSinToCos(true)
          .downBlockTypes(
              List.of(
                  DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D,
                  DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D,
                  DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D,
                  DownBlockType.DOWN_BLOCK_2D))
          .midBlockType(MidBlockType.UNET_MID_BLOCK_2D_CROSS_ATTN)
          .upBlockTypes(
              List.of(
                  UpBlockType.UP_BLOCK_2D,
                  UpBlockType.CROSS_ATTN_UP_BLOCK_2D,
                  UpBlockType.CROSS_ATTN_UP_BLOCK_2D,
                  UpBlockType.CROSS_ATTN_UP_BLOCK_2D))
          .onlyCrossAttention(List.of(false))
          .blockOutChannels(List.of(320, 640, 1280, 1280))
          .layersPerBlock(List.of(2))
          .downsamplePadding(1)
          .midBlockScaleFactor(1)
          .actFn(ActivationFunction.SILU)
          .normNumGroups(32)
          .normEps(1e-5)
          .crossAttentionDim(1280)
          .transformerLayersPerBlock(List.of(1))
          .attentionHeadDim(List.of(8))
          .resnetTimeScaleShift(TimeScaleShift.DEFAULT)
          .convInKernel(3)
          .convOutKernel(3)
          .build();

  /** The options of diffusers that are not offered. */
  private static final Map<String, Object> FIXED_FIELDS =
      Map.ofEntries(
          entry("dropout", 0),
          entry("reverse_transformer_layers_per_block", Optional.empty()),
          entry("encoder_hid_dim", Optional.empty()),
          entry("encoder_hid_dim_type", Optional.empty()),
          entry("num_attention_heads", Optional.empty()),
          entry("dual_cross_attention", false),
          entry("addition_embed_type_num_heads", 64),
          entry("resnet_skip_time_act", false),
          entry("resnet_out_scale_factor", 1),
          entry("time_embedding_type", "positional"),
          entry("time_embedding_act_fn", Optional.empty()),
          entry("timestep_post_act", Optional.empty()),
          entry("time_cond_proj_dim", Optional.empty()),
          entry("attention_type", "default"),
          entry("class_embeddings_concat", false),
          entry("mid_block_only_cross_attention", Optional.empty()),
          entry("cross_attention_norm", Optional.empty()));

  /** How much longer the time embedding is than its sinusoids, if the config does not say. */
  private static final int TIME_EMBEDDING_FACTOR = 4;

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if an enum is null
   */
  public UNet2DConditionConfig {
    downBlockTypes = UNetChecks.copy("downBlockTypes", downBlockTypes);
    upBlockTypes = UNetChecks.copy("upBlockTypes", upBlockTypes);
    blockOutChannels = UNetChecks.copy("blockOutChannels", blockOutChannels);
    UNetChecks.requireStages(downBlockTypes, upBlockTypes, blockOutChannels);
    int stages = blockOutChannels.size();
    onlyCrossAttention = StageValues.copy("onlyCrossAttention", onlyCrossAttention, stages);
    layersPerBlock =
        StageValues.positive("layersPerBlock", layersPerBlock, stages, ModelLimits.BLOCKS);
    transformerLayersPerBlock =
        StageValues.positive(
            "transformerLayersPerBlock", transformerLayersPerBlock, stages, ModelLimits.BLOCKS);
    attentionHeadDim =
        StageValues.positive("attentionHeadDim", attentionHeadDim, stages, ModelLimits.WIDTH);
    Require.positive("inChannels", inChannels, ModelLimits.WIDTH);
    Require.positive("outChannels", outChannels, ModelLimits.WIDTH);
    UNetChecks.requireSinusoids(freqShift, blockOutChannels);
    timeEmbeddingDim.ifPresent(dim -> Require.positive("timeEmbeddingDim", dim, ModelLimits.WIDTH));
    Require.inRange("downsamplePadding", downsamplePadding, 0, 1);
    UNetChecks.requireMidBlockScaleFactor(midBlockScaleFactor);
    Objects.requireNonNull(actFn, "actFn must not be null");
    UNetChecks.requireGroups(normNumGroups, blockOutChannels);
    Require.positive("normEps", normEps);
    Require.positive("crossAttentionDim", crossAttentionDim, ModelLimits.WIDTH);
    ConditionChecks.requireHeads(
        downBlockTypes, midBlockType, upBlockTypes, blockOutChannels, attentionHeadDim);
    UNetChecks.requireClasses(classEmbedType, numClassEmbeds);
    ConditionChecks.requireProjection(classEmbedType, projectionClassEmbeddingsInputDim);
    ConditionChecks.requireAddition(
        additionEmbedType, additionTimeEmbedDim, freqShift, projectionClassEmbeddingsInputDim);
    Objects.requireNonNull(resnetTimeScaleShift, "resnetTimeScaleShift must not be null");
    requireKernel("convInKernel", convInKernel);
    requireKernel("convOutKernel", convOutKernel);
    ConditionChecks.requireSize(
        downBlockTypes,
        midBlockType,
        upBlockTypes,
        blockOutChannels,
        layersPerBlock,
        transformerLayersPerBlock);
  }

  /**
   * {@link #DEFAULTS} but for what is given, the same for all stages; the way up mirrors the way
   * down.
   */
  public UNet2DConditionConfig(
      int inChannels,
      int outChannels,
      List<DownBlockType> downBlockTypes,
      List<Integer> blockOutChannels,
      int layersPerBlock,
      int attentionHeadDim,
      int transformerLayersPerBlock,
      int crossAttentionDim,
      int normNumGroups,
      double normEps) {
    this(
        DEFAULTS.sampleSize,
        inChannels,
        outChannels,
        DEFAULTS.centerInputSample,
        DEFAULTS.flipSinToCos,
        DEFAULTS.freqShift,
        DEFAULTS.timeEmbeddingDim,
        downBlockTypes,
        DEFAULTS.midBlockType,
        mirrored(downBlockTypes),
        DEFAULTS.onlyCrossAttention,
        blockOutChannels,
        List.of(layersPerBlock),
        DEFAULTS.downsamplePadding,
        DEFAULTS.midBlockScaleFactor,
        DEFAULTS.actFn,
        normNumGroups,
        normEps,
        crossAttentionDim,
        List.of(transformerLayersPerBlock),
        List.of(attentionHeadDim),
        DEFAULTS.useLinearProjection,
        DEFAULTS.upcastAttention,
        DEFAULTS.classEmbedType,
        DEFAULTS.numClassEmbeds,
        DEFAULTS.additionEmbedType,
        DEFAULTS.additionTimeEmbedDim,
        DEFAULTS.projectionClassEmbeddingsInputDim,
        DEFAULTS.resnetTimeScaleShift,
        DEFAULTS.convInKernel,
        DEFAULTS.convOutKernel);
  }

  private static void requireKernel(String name, int kernel) {
    Require.that(kernel % 2 == 1, name, kernel, "must be odd and positive");
    Require.positive(name, kernel, ModelLimits.KERNEL);
  }

  private static List<UpBlockType> mirrored(List<DownBlockType> downBlockTypes) {
    List<UpBlockType> types =
        new ArrayList<>(downBlockTypes.stream().map(DownBlockType::mirrored).toList());
    Collections.reverse(types);
    return types;
  }

  @Override
  public Map<String, Object> fixedFields() {
    return FIXED_FIELDS;
  }

  /** The factor by which the middle of the network is smaller than the sample. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** The length of the time embedding. */
  public int timeEmbedDim() {
    return timeEmbeddingDim.orElseGet(
        () -> Math.multiplyExact(TIME_EMBEDDING_FACTOR, blockOutChannels.get(0)));
  }

  /** Whether predictions are for a class. */
  public boolean hasClasses() {
    return classEmbedType.isPresent() || numClassEmbeds.isPresent();
  }

  /** The residual blocks of a stage on the way down. */
  int layers(int stage) {
    return StageValues.of(layersPerBlock, stage);
  }

  /** The blocks of each transformer of a stage. */
  int transformerLayers(int stage) {
    return StageValues.of(transformerLayersPerBlock, stage);
  }

  /** The attention heads of a stage. */
  int heads(int stage) {
    return StageValues.of(attentionHeadDim, stage);
  }

  /** Whether the pixels of a stage look at the text alone. */
  boolean looksAtTextOnly(int stage) {
    return StageValues.of(onlyCrossAttention, stage);
  }
}
