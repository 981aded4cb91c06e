package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;

/**
 * The hyperparameters of {@link UNet2DModel}; components are the fields of diffusers' {@code
 * config.json}.
 *
 * <p>The builder starts from the defaults of diffusers, which hold for absent fields of a file too.
 *
 * @param sampleSize the height and width of samples, one number for squares; empty (or null) for
 *     any
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
 * @param attentionHeadDim the features of one attention head; null for one head of all channels
 * @param normNumGroups the groups of the group norms
 * @param attnNormNumGroups the groups of the norm of the middle's attention; null for those of the
 *     others, or for no norm where resnetTimeScaleShift is SCALE_SHIFT
 * @param normEps the epsilon of the group norms
 * @param resnetTimeScaleShift how the time takes part in residual blocks
 * @param addAttention whether the middle has attention
 * @param classEmbedType how class labels are embedded; null for by a table, or for no labels
 * @param numClassEmbeds the number of classes in the table; null for no table
 * @param numTrainTimesteps the number of training steps, of which nothing here depends; may be null
 */
@JsonDeserialize(builder = UNet2DConfig.Builder.class)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record UNet2DConfig(
    @JsonFormat(with = JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<Integer> sampleSize,
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
    Integer attentionHeadDim,
    int normNumGroups,
    Integer attnNormNumGroups,
    double normEps,
    TimeScaleShift resnetTimeScaleShift,
    boolean addAttention,
    ClassEmbedType classEmbedType,
    Integer numClassEmbeds,
    Integer numTrainTimesteps) {
  /** How much longer the time embedding is than its sinusoids. */
  private static final int TIME_EMBEDDING_FACTOR = 4;

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if a list or an enum other than classEmbedType is null
   */
  public UNet2DConfig {
    sampleSize = sampleSize == null ? List.of() : List.copyOf(sampleSize);
    downBlockTypes = List.copyOf(downBlockTypes);
    upBlockTypes = List.copyOf(upBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    requireChannels(inChannels, outChannels, sampleSize);
    requireStages(downBlockTypes, upBlockTypes, blockOutChannels);
    Require.positive("layersPerBlock", layersPerBlock);
    Require.that(
        Double.isFinite(midBlockScaleFactor) && midBlockScaleFactor != 0,
        "midBlockScaleFactor",
        midBlockScaleFactor,
        "must be finite and not 0");
    Require.inRange("downsamplePadding", downsamplePadding, 0, 1);
    Objects.requireNonNull(downsampleType, "downsampleType must not be null");
    Objects.requireNonNull(upsampleType, "upsampleType must not be null");
    Require.that(dropout == 0, "dropout", dropout, "must be 0: no dropout is done");
    Objects.requireNonNull(actFn, "actFn must not be null");
    Objects.requireNonNull(resnetTimeScaleShift, "resnetTimeScaleShift must not be null");
    Require.positive("normEps", normEps);
    requireTime(timeEmbeddingType, freqShift, blockOutChannels.get(0));
    requireGroups(normNumGroups, attnNormNumGroups, blockOutChannels);
    requireHeads(attentionHeadDim, blockOutChannels);
    requireClasses(classEmbedType, numClassEmbeds);
    if (numTrainTimesteps != null) {
      Require.positive("numTrainTimesteps", numTrainTimesteps);
    }
  }

  private static void requireChannels(int inChannels, int outChannels, List<Integer> sampleSize) {
    Require.positive("inChannels", inChannels);
    Require.positive("outChannels", outChannels);
    Require.that(
        sampleSize.size() <= 2, "sampleSize", sampleSize, "must be a height and a width at most");
    sampleSize.forEach(size -> Require.positive("sampleSize", size));
  }

  private static void requireStages(
      List<UNet2DDownBlockType> downBlockTypes,
      List<UNet2DUpBlockType> upBlockTypes,
      List<Integer> blockOutChannels) {
    Require.that(
        !blockOutChannels.isEmpty() && blockOutChannels.size() == downBlockTypes.size(),
        "blockOutChannels",
        blockOutChannels,
        "must be as many as downBlockTypes (=" + downBlockTypes + "), at least one");
    Require.that(
        upBlockTypes.size() == downBlockTypes.size(),
        "upBlockTypes",
        upBlockTypes,
        "must be as many as downBlockTypes (=" + downBlockTypes + ")");
    blockOutChannels.forEach(channels -> Require.positive("blockOutChannels", channels));
  }

  private static void requireTime(TimeEmbeddingType type, int freqShift, int firstChannels) {
    Objects.requireNonNull(type, "timeEmbeddingType must not be null");
    Require.atLeast("blockOutChannels[0]", firstChannels, 2);
    Require.that(
        freqShift < firstChannels / 2,
        "freqShift",
        freqShift,
        "must be less than half of blockOutChannels[0] (=" + firstChannels + ")");
  }

  private static void requireGroups(
      int normNumGroups, Integer attnNormNumGroups, List<Integer> blockOutChannels) {
    for (int channels : blockOutChannels) {
      Require.divisible("blockOutChannels", channels, "normNumGroups", normNumGroups);
    }
    if (attnNormNumGroups != null) {
      int last = blockOutChannels.get(blockOutChannels.size() - 1);
      Require.divisible("blockOutChannels", last, "attnNormNumGroups", attnNormNumGroups);
    }
  }

  private static void requireHeads(Integer attentionHeadDim, List<Integer> blockOutChannels) {
    if (attentionHeadDim != null) {
      for (int channels : blockOutChannels) {
        Require.divisible("blockOutChannels", channels, "attentionHeadDim", attentionHeadDim);
      }
    }
  }

  private static void requireClasses(ClassEmbedType classEmbedType, Integer numClassEmbeds) {
    if (numClassEmbeds != null) {
      Require.positive("numClassEmbeds", numClassEmbeds);
      Require.that(
          classEmbedType == null,
          "numClassEmbeds",
          numClassEmbeds,
          "must be absent with classEmbedType (=" + classEmbedType + "), which has no table");
    }
  }

  /** The defaults of diffusers, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  /** The factor by which the middle of the network is smaller than the sample. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** The length of the time embedding. */
  public int timeEmbedDim() {
    return TIME_EMBEDDING_FACTOR * blockOutChannels.get(0);
  }

  /** Whether predictions are for a class. */
  public boolean hasClasses() {
    return classEmbedType != null || numClassEmbeds != null;
  }

  /** The features of one attention head of a stage with that many channels. */
  int headDim(int channels) {
    return attentionHeadDim == null ? channels : attentionHeadDim;
  }

  /** The groups of the norm before the middle's attention; empty for no norm. */
  OptionalInt midAttentionGroups() {
    if (attnNormNumGroups != null) {
      return OptionalInt.of(attnNormNumGroups);
    }
    return resnetTimeScaleShift == TimeScaleShift.DEFAULT
        ? OptionalInt.of(normNumGroups)
        : OptionalInt.empty();
  }

  /** Collects the fields of a config. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  @JsonPOJOBuilder(withPrefix = "")
  public static final class Builder {
    private List<Integer> sampleSize = List.of();
    private int inChannels = 3;
    private int outChannels = 3;
    private boolean centerInputSample = false;
    private TimeEmbeddingType timeEmbeddingType = TimeEmbeddingType.POSITIONAL;
    private int freqShift = 0;
    private boolean flipSinToCos = true;
    private List<UNet2DDownBlockType> downBlockTypes =
        List.of(
            UNet2DDownBlockType.DOWN_BLOCK_2D,
            UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D,
            UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D,
            UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D);
    private List<UNet2DUpBlockType> upBlockTypes =
        List.of(
            UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
            UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
            UNet2DUpBlockType.ATTN_UP_BLOCK_2D,
            UNet2DUpBlockType.UP_BLOCK_2D);
    private List<Integer> blockOutChannels = List.of(224, 448, 672, 896);
    private int layersPerBlock = 2;
    private double midBlockScaleFactor = 1;
    private int downsamplePadding = 1;
    private ResampleType downsampleType = ResampleType.CONV;
    private ResampleType upsampleType = ResampleType.CONV;
    private double dropout = 0;
    private ActivationFunction actFn = ActivationFunction.SILU;
    private Integer attentionHeadDim = 8;
    private int normNumGroups = 32;
    private Integer attnNormNumGroups;
    private double normEps = 1e-5;
    private TimeScaleShift resnetTimeScaleShift = TimeScaleShift.DEFAULT;
    private boolean addAttention = true;
    private ClassEmbedType classEmbedType;
    private Integer numClassEmbeds;
    private Integer numTrainTimesteps;

    private Builder() {}

    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    public Builder sampleSize(List<Integer> sampleSize) {
      this.sampleSize = sampleSize;
      return this;
    }

    public Builder inChannels(int inChannels) {
      this.inChannels = inChannels;
      return this;
    }

    public Builder outChannels(int outChannels) {
      this.outChannels = outChannels;
      return this;
    }

    public Builder centerInputSample(boolean centerInputSample) {
      this.centerInputSample = centerInputSample;
      return this;
    }

    public Builder timeEmbeddingType(TimeEmbeddingType timeEmbeddingType) {
      this.timeEmbeddingType = timeEmbeddingType;
      return this;
    }

    public Builder freqShift(int freqShift) {
      this.freqShift = freqShift;
      return this;
    }

    public Builder flipSinToCos(boolean flipSinToCos) {
      this.flipSinToCos = flipSinToCos;
      return this;
    }

    public Builder downBlockTypes(List<UNet2DDownBlockType> downBlockTypes) {
      this.downBlockTypes = downBlockTypes;
      return this;
    }

    public Builder upBlockTypes(List<UNet2DUpBlockType> upBlockTypes) {
      this.upBlockTypes = upBlockTypes;
      return this;
    }

    public Builder blockOutChannels(List<Integer> blockOutChannels) {
      this.blockOutChannels = blockOutChannels;
      return this;
    }

    public Builder layersPerBlock(int layersPerBlock) {
      this.layersPerBlock = layersPerBlock;
      return this;
    }

    public Builder midBlockScaleFactor(double midBlockScaleFactor) {
      this.midBlockScaleFactor = midBlockScaleFactor;
      return this;
    }

    public Builder downsamplePadding(int downsamplePadding) {
      this.downsamplePadding = downsamplePadding;
      return this;
    }

    public Builder downsampleType(ResampleType downsampleType) {
      this.downsampleType = downsampleType;
      return this;
    }

    public Builder upsampleType(ResampleType upsampleType) {
      this.upsampleType = upsampleType;
      return this;
    }

    public Builder dropout(double dropout) {
      this.dropout = dropout;
      return this;
    }

    public Builder actFn(ActivationFunction actFn) {
      this.actFn = actFn;
      return this;
    }

    public Builder attentionHeadDim(Integer attentionHeadDim) {
      this.attentionHeadDim = attentionHeadDim;
      return this;
    }

    public Builder normNumGroups(int normNumGroups) {
      this.normNumGroups = normNumGroups;
      return this;
    }

    public Builder attnNormNumGroups(Integer attnNormNumGroups) {
      this.attnNormNumGroups = attnNormNumGroups;
      return this;
    }

    public Builder normEps(double normEps) {
      this.normEps = normEps;
      return this;
    }

    public Builder resnetTimeScaleShift(TimeScaleShift resnetTimeScaleShift) {
      this.resnetTimeScaleShift = resnetTimeScaleShift;
      return this;
    }

    public Builder addAttention(boolean addAttention) {
      this.addAttention = addAttention;
      return this;
    }

    public Builder classEmbedType(ClassEmbedType classEmbedType) {
      this.classEmbedType = classEmbedType;
      return this;
    }

    public Builder numClassEmbeds(Integer numClassEmbeds) {
      this.numClassEmbeds = numClassEmbeds;
      return this;
    }

    public Builder numTrainTimesteps(Integer numTrainTimesteps) {
      this.numTrainTimesteps = numTrainTimesteps;
      return this;
    }

    /**
     * The config.
     *
     * @throws IllegalArgumentException if a field is out of its range
     */
    public UNet2DConfig build() {
      return new UNet2DConfig(
          sampleSize,
          inChannels,
          outChannels,
          centerInputSample,
          timeEmbeddingType,
          freqShift,
          flipSinToCos,
          downBlockTypes,
          upBlockTypes,
          blockOutChannels,
          layersPerBlock,
          midBlockScaleFactor,
          downsamplePadding,
          downsampleType,
          upsampleType,
          dropout,
          actFn,
          attentionHeadDim,
          normNumGroups,
          attnNormNumGroups,
          normEps,
          resnetTimeScaleShift,
          addAttention,
          classEmbedType,
          numClassEmbeds,
          numTrainTimesteps);
    }
  }
}
