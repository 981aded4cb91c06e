package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Objects;
import org.diffusion4j.core.check.Require;

/**
 * A shift of the noise levels that grows with the size of the image, in place of a fixed one: more
 * pixels need more noise (Esser et al. 2024, Scaling Rectified Flow Transformers, 5.3.2).
 *
 * @param useDynamicShifting whether to do so
 * @param baseShift mu at baseImageSeqLen
 * @param maxShift mu at maxImageSeqLen
 * @param baseImageSeqLen the patches of a small image, positive
 * @param maxImageSeqLen the patches of a large image, more than baseImageSeqLen
 * @param timeShiftType how the shift follows from mu
 */
@RecordBuilder
public record DynamicShifting(
    boolean useDynamicShifting,
    double baseShift,
    double maxShift,
    int baseImageSeqLen,
    int maxImageSeqLen,
    TimeShiftType timeShiftType)
    implements DynamicShiftingBuilder.With {

  public static final DynamicShifting NONE =
      new DynamicShifting(false, 0.5, 1.15, 256, 4096, TimeShiftType.EXPONENTIAL);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if timeShiftType is null
   */
  public DynamicShifting {
    Require.finite("baseShift", baseShift);
    Require.finite("maxShift", maxShift);
    Require.positive("baseImageSeqLen", baseImageSeqLen);
    Require.that(
        maxImageSeqLen > baseImageSeqLen,
        "maxImageSeqLen",
        maxImageSeqLen,
        "must be above baseImageSeqLen (=" + baseImageSeqLen + ")");
    Objects.requireNonNull(timeShiftType, "timeShiftType must not be null");
  }

  /**
   * The mu of an image, on the line through the two that are given.
   *
   * @param imageSeqLen its patches, that is the length of the sequence that the model sees
   */
  public double mu(int imageSeqLen) {
    Require.positive("imageSeqLen", imageSeqLen);
    double fraction = (imageSeqLen - baseImageSeqLen) / (double) (maxImageSeqLen - baseImageSeqLen);
    return baseShift + fraction * (maxShift - baseShift);
  }
}
