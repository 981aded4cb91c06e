package org.diffusion4j.unet;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/** The rules that the configs of all U-Nets share. */
final class UNetChecks {
  /** Of a residual block: two convolutions from its channels to as many. */
  private static final long KERNELS_PER_BLOCK = 2 * 9;

  /** Of a transformer block: its perceptron has matrices of 8 c x c and c x 4 c. */
  private static final long SQUARES_PER_TRANSFORMER = 8 + 4;

  private UNetChecks() {}

  /** An immutable copy of a list without nulls. */
  static <T> List<T> copy(String name, List<T> list) {
    Require.that(
        list != null && list.stream().noneMatch(Objects::isNull), name, list, "must have no null");
    return List.copyOf(list);
  }

  /** The stages of both ways must be as many as there are channels. */
  static void requireStages(
      List<?> downBlockTypes, List<?> upBlockTypes, List<Integer> blockOutChannels) {
    Require.that(
        !blockOutChannels.isEmpty() && blockOutChannels.size() == downBlockTypes.size(),
        "blockOutChannels",
        blockOutChannels,
        "must be as many as downBlockTypes (=" + downBlockTypes + "), at least one");
    Require.that(
        blockOutChannels.size() <= ModelLimits.STAGES,
        "blockOutChannels",
        blockOutChannels,
        "must be at most " + ModelLimits.STAGES);
    Require.that(
        upBlockTypes.size() == downBlockTypes.size(),
        "upBlockTypes",
        upBlockTypes,
        "must be as many as downBlockTypes (=" + downBlockTypes + ")");
    blockOutChannels.forEach(
        channels -> Require.positive("blockOutChannels", channels, ModelLimits.WIDTH));
  }

  /**
   * The network must not have more blocks or parameters than any that is meant.
   *
   * @param layers the residual blocks of a stage on the way down
   * @param transformers the transformer blocks of a stage on both ways
   */
  static void requireSize(
      List<Integer> blockOutChannels, IntUnaryOperator layers, IntToLongFunction transformers) {
    long blocks = 0;
    long parameters = 0;
    for (int stage = 0; stage < blockOutChannels.size(); stage++) {
      long residual = 2L * layers.applyAsInt(stage) + 1;
      long attending = transformers.applyAsLong(stage);
      long square = (long) blockOutChannels.get(stage) * blockOutChannels.get(stage);
      blocks += residual + attending;
      parameters += (residual * KERNELS_PER_BLOCK + attending * SQUARES_PER_TRANSFORMER) * square;
    }
    ModelLimits.requireBlocks("number of blocks", blocks);
    ModelLimits.requireParameters(parameters);
  }

  /** The sinusoids of the time, as many as the first stage's channels, must have frequencies. */
  static void requireSinusoids(int freqShift, List<Integer> blockOutChannels) {
    int dim = blockOutChannels.get(0);
    Require.atLeast("blockOutChannels[0]", dim, 2);
    Require.that(
        freqShift < dim / 2,
        "freqShift",
        freqShift,
        "must be less than half of blockOutChannels[0] (=" + dim + ")");
  }

  /** The channels of all stages must be divisible by the groups. */
  static void requireGroups(int normNumGroups, List<Integer> blockOutChannels) {
    for (int channels : blockOutChannels) {
      Require.divisible("blockOutChannels", channels, "normNumGroups", normNumGroups);
    }
  }

  /** What the middle divides its sums by must be a divisor. */
  static void requireMidBlockScaleFactor(double midBlockScaleFactor) {
    Require.that(
        Double.isFinite(midBlockScaleFactor) && midBlockScaleFactor != 0,
        "midBlockScaleFactor",
        midBlockScaleFactor,
        "must be finite and not 0");
  }

  /** A table of classes goes with no other kind of class embedding. */
  static void requireClasses(Optional<?> classEmbedType, OptionalInt numClassEmbeds) {
    if (numClassEmbeds.isPresent()) {
      int classes = numClassEmbeds.getAsInt();
      Require.positive("numClassEmbeds", classes, ModelLimits.ROWS);
      Require.that(
          classEmbedType.isEmpty(),
          "numClassEmbeds",
          classes,
          "must be absent with classEmbedType, which has no table");
    }
  }
}
