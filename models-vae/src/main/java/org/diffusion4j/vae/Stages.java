package org.diffusion4j.vae;

import java.util.List;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.ResnetBlock2D.Resampling;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.nn.attention.SpatialAttention;

/**
 * What encoder and decoder of every autoencoder are made of.
 *
 * @param downBlockTypes the encoder's stages, from the pixels
 * @param upBlockTypes the decoder's stages, from the latents
 * @param blockOutChannels the channels of each stage, from the pixels
 * @param layersPerBlock the residual blocks of an encoder stage; a decoder stage has one more
 * @param activation the activation of the residual blocks
 * @param normNumGroups the groups of the group norms
 * @param midBlockAddAttention whether the middle of encoder and decoder has attention
 */
record Stages(
    List<DownEncoderBlockType> downBlockTypes,
    List<UpDecoderBlockType> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    UnaryFunction activation,
    int normNumGroups,
    boolean midBlockAddAttention) {

  static final double NORM_EPSILON = 1e-6;

  /** Of a residual block: two convolutions from its channels to as many. */
  private static final long KERNELS_PER_BLOCK = 2 * 9;

  Stages {
    Require.that(
        !blockOutChannels.isEmpty() && blockOutChannels.size() <= ModelLimits.STAGES,
        "blockOutChannels",
        blockOutChannels,
        "must be from 1 to " + ModelLimits.STAGES);
    Require.that(
        downBlockTypes.size() == blockOutChannels.size(),
        "downBlockTypes",
        downBlockTypes,
        "must be as many as blockOutChannels (=" + blockOutChannels + ")");
    Require.that(
        upBlockTypes.size() == blockOutChannels.size(),
        "upBlockTypes",
        upBlockTypes,
        "must be as many as blockOutChannels (=" + blockOutChannels + ")");
    for (int channels : blockOutChannels) {
      Require.positive("blockOutChannels", channels, ModelLimits.WIDTH);
      Require.divisible("blockOutChannels", channels, "normNumGroups", normNumGroups);
    }
    requireSize(blockOutChannels, layersPerBlock);
  }

  private static void requireSize(List<Integer> blockOutChannels, int layersPerBlock) {
    Require.positive("layersPerBlock", layersPerBlock, ModelLimits.BLOCKS);
    long blocksPerStage = 2L * layersPerBlock + 1;
    ModelLimits.requireBlocks("number of blocks", blockOutChannels.size() * blocksPerStage);
    long kernels =
        blockOutChannels.stream().mapToLong(channels -> (long) channels * channels).sum();
    ModelLimits.requireParameters(KERNELS_PER_BLOCK * blocksPerStage * kernels);
  }

  /** A copy of a list of a config. */
  static <T> List<T> copy(String name, List<T> list) {
    Require.that(
        list != null && list.stream().noneMatch(Objects::isNull), name, list, "must have no null");
    return List.copyOf(list);
  }

  /** The factor by which latents are smaller than images. */
  int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** A residual block that leaves the size as it is. */
  ResnetBlock2D resnet(long channels) {
    return new ResnetBlock2D(
        channels,
        normNumGroups,
        NORM_EPSILON,
        activation,
        TimeScaleShift.DEFAULT,
        Resampling.NONE,
        1);
  }

  /** Attention between pixels, with one head of all channels. */
  SpatialAttention attention(long channels) {
    return new SpatialAttention(
        new MultiHeadAttention(1, Math.toIntExact(channels), true), normNumGroups, NORM_EPSILON);
  }
}
