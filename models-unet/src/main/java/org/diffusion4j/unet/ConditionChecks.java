package org.diffusion4j.unet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/** The rules for what a {@link UNet2DConditionConfig} lets a U-Net look at. */
final class ConditionChecks {
  private ConditionChecks() {}

  /** Where there is attention, its heads must be of the same size. */
  static void requireHeads(
      List<DownBlockType> downBlockTypes,
      Optional<MidBlockType> midBlockType,
      List<UpBlockType> upBlockTypes,
      List<Integer> blockOutChannels,
      List<Integer> attentionHeadDim) {
    int last = blockOutChannels.size() - 1;
    for (int i = 0; i <= last; i++) {
      boolean attention =
          downBlockTypes.get(i) == DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D
              || upBlockTypes.get(last - i) == UpBlockType.CROSS_ATTN_UP_BLOCK_2D
              || (i == last && midBlockType.isPresent());
      if (attention) {
        Require.divisible(
            "blockOutChannels",
            blockOutChannels.get(i),
            "attentionHeadDim",
            StageValues.of(attentionHeadDim, i));
      }
    }
  }

  /** The network must not have more blocks or parameters than any that is meant. */
  static void requireSize(
      List<DownBlockType> downBlockTypes,
      Optional<MidBlockType> midBlockType,
      List<UpBlockType> upBlockTypes,
      List<Integer> blockOutChannels,
      List<Integer> layersPerBlock,
      List<Integer> transformerLayersPerBlock) {
    int last = blockOutChannels.size() - 1;
    UNetChecks.requireSize(
        blockOutChannels,
        stage -> StageValues.of(layersPerBlock, stage),
        stage -> {
          int layers = StageValues.of(layersPerBlock, stage);
          boolean down = downBlockTypes.get(stage) == DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D;
          boolean middle = stage == last && midBlockType.isPresent();
          boolean up = upBlockTypes.get(last - stage) == UpBlockType.CROSS_ATTN_UP_BLOCK_2D;
          long transformers = (down ? layers : 0) + (middle ? 1 : 0) + (up ? layers + 1L : 0);
          return transformers * StageValues.of(transformerLayersPerBlock, stage);
        });
  }

  /** Labels that are projected must have a length. */
  static void requireProjection(
      Optional<UNet2DConditionClassEmbedType> classEmbedType, OptionalInt inputDim) {
    inputDim.ifPresent(
        dim -> Require.positive("projectionClassEmbeddingsInputDim", dim, ModelLimits.WIDTH));
    boolean projected =
        classEmbedType.isPresent()
            && switch (classEmbedType.get()) {
              case PROJECTION, SIMPLE_PROJECTION -> true;
              case TIMESTEP, IDENTITY -> false;
            };
    Require.that(
        !projected || inputDim.isPresent(),
        "projectionClassEmbeddingsInputDim",
        "absent",
        "must be given with classEmbedType (=" + classEmbedType.map(Enum::name).orElse("") + ")");
  }

  /** Sizes must have sinusoids, and must leave some of the features to the text. */
  static void requireAddition(
      Optional<AdditionEmbedType> additionEmbedType,
      OptionalInt additionTimeEmbedDim,
      int freqShift,
      OptionalInt inputDim) {
    if (additionEmbedType.isEmpty()) {
      return;
    }
    int dim = additionTimeEmbedDim.orElse(0);
    Require.that(
        dim <= ModelLimits.WIDTH,
        "additionTimeEmbedDim",
        dim,
        "must be at most " + ModelLimits.WIDTH);
    Require.that(
        dim > 1 && freqShift < dim / 2,
        "additionTimeEmbedDim",
        dim,
        "must be at least 2 and more than twice freqShift (=" + freqShift + ")");
    Require.that(
        inputDim.orElse(0) > dim,
        "projectionClassEmbeddingsInputDim",
        inputDim.orElse(0),
        "must be more than additionTimeEmbedDim (=" + dim + ")");
  }
}
