package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;

/**
 * What the first stage of a step leaves for the second one.
 *
 * <p>The stages of step k are the indexes 2k and 2k + 1 of a {@linkplain DiscreteSteps#twoStagePath
 * two-stage path}.
 */
final class FirstStage {
  private static final int NONE = -1;

  private int index = NONE;
  private float[] sample = {};
  private float[] derivative = {};

  /** The index of a step's first stage. */
  static int of(int step) {
    return 2 * step;
  }

  /** Whether an index is that of a first stage. */
  static boolean isAt(int index) {
    return index % 2 == 0;
  }

  /** Keeps where a step begins, and moves along the derivative there; a new array. */
  float[] move(int newIndex, float[] newSample, float[] newDerivative, double dSigma) {
    index = newIndex;
    sample = newSample.clone();
    derivative = newDerivative.clone();
    return ProbabilityFlow.move(sample, derivative, dSigma);
  }

  /**
   * Checks that the step at an index goes on from what is kept.
   *
   * @throws IllegalArgumentException if another step was before, or the sample had another length
   */
  void requireBefore(int secondIndex, int length) {
    Require.that(
        index != NONE && index == secondIndex - 1,
        "index",
        secondIndex,
        "must follow a step at index " + (secondIndex - 1));
    Require.equal("length of sample", length, "length of the one before", sample.length);
  }

  /** The sample that the step begins with. */
  float[] sample() {
    return sample;
  }

  /**
   * The sample after the whole step along the mean of the derivatives at its two ends; a new array.
   */
  float[] moveByMean(float[] secondDerivative, double dSigma) {
    return WeightedSum.of(1, sample)
        .plus(dSigma / 2, derivative)
        .plus(dSigma / 2, secondDerivative)
        .toFloats();
  }
}
