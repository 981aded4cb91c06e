package org.diffusion4j.core.verify;

/** How far a value may be from the reference's. */
@FunctionalInterface
public interface Tolerance {
  /** No difference at all: indices, integers, copied values. */
  Tolerance EXACT = absolute(0);

  /**
   * The largest difference that is allowed.
   *
   * @param expected the reference's value
   * @param largest the largest magnitude in the reference's tensor
   */
  double of(double expected, double largest);

  /** The same for every value. */
  static Tolerance absolute(double absolute) {
    return (expected, largest) -> absolute;
  }

  /** {@code absolute + relative |expected|}. */
  static Tolerance close(double absolute, double relative) {
    return (expected, largest) -> absolute + relative * Math.abs(expected);
  }

  /** {@code relative max(1, |expected|)}. */
  static Tolerance relativeFromOne(double relative) {
    return (expected, largest) -> relative * Math.max(1, Math.abs(expected));
  }

  /** A part of the largest magnitude of the tensor: for sums that may cancel to almost zero. */
  static Tolerance toScale(double relative) {
    return (expected, largest) -> relative * largest;
  }
}
