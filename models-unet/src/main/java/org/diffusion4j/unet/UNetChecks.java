package org.diffusion4j.unet;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;

/** The rules that the configs of all U-Nets share. */
final class UNetChecks {
  /** Each but the last halves the size, which is an int. */
  private static final int MAX_STAGES = 31;

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
        blockOutChannels.size() <= MAX_STAGES,
        "blockOutChannels",
        blockOutChannels,
        "must be at most " + MAX_STAGES);
    Require.that(
        upBlockTypes.size() == downBlockTypes.size(),
        "upBlockTypes",
        upBlockTypes,
        "must be as many as downBlockTypes (=" + downBlockTypes + ")");
    blockOutChannels.forEach(channels -> Require.positive("blockOutChannels", channels));
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
      Require.positive("numClassEmbeds", classes);
      Require.that(
          classEmbedType.isEmpty(),
          "numClassEmbeds",
          classes,
          "must be absent with classEmbedType, which has no table");
    }
  }
}
