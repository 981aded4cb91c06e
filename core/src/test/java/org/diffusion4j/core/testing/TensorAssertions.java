package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons of tensors that say where they differ. */
public final class TensorAssertions {
  private TensorAssertions() {}

  /**
   * Fails unless the shapes are equal and {@code |expected - actual| <= absolute + relative *
   * |expected|} for every element; NaN on either side fails.
   *
   * @param what begins the message
   */
  public static void assertClose(
      INDArray expected, INDArray actual, double absolute, double relative, String what) {
    if (!Arrays.equals(expected.shape(), actual.shape())) {
      fail(
          what
              + ": expected shape "
              + Arrays.toString(expected.shape())
              + " but was "
              + Arrays.toString(actual.shape()));
    }
    double[] expectedValues = values(expected);
    double[] actualValues = values(actual);
    int failures = 0;
    int worst = -1;
    double worstExcess = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < expectedValues.length; i++) {
      double excess = excess(expectedValues[i], actualValues[i], absolute, relative);
      if (excess > 0) {
        failures++;
        if (excess > worstExcess) {
          worstExcess = excess;
          worst = i;
        }
      }
    }
    if (failures > 0) {
      fail(
          String.format(
              Locale.ROOT,
              "%s: %d of %d elements differ by more than %g + %g * |expected|; worst at %s:"
                  + " expected %s but was %s",
              what,
              failures,
              expectedValues.length,
              absolute,
              relative,
              Arrays.toString(index(worst, expected.shape())),
              expectedValues[worst],
              actualValues[worst]));
    }
  }

  /**
   * Fails unless the shapes are equal and every difference is at most {@code relative} times the
   * largest magnitude of the expected tensor: for gradients, which may cancel to almost zero.
   *
   * @param what begins the message
   */
  public static void assertCloseToScale(
      INDArray expected, INDArray actual, double relative, String what) {
    double largest = Arrays.stream(values(expected)).map(Math::abs).max().orElse(0);
    assertClose(expected, actual, relative * largest, 0, what);
  }

  /** How far an element is outside of its tolerance; infinite if it has NaN. */
  private static double excess(double expected, double actual, double absolute, double relative) {
    if (expected == actual) {
      return 0;
    }
    double excess = Math.abs(expected - actual) - (absolute + relative * Math.abs(expected));
    boolean comparable = Double.isFinite(expected) && Double.isFinite(actual);
    return comparable && !Double.isNaN(excess) ? excess : Double.POSITIVE_INFINITY;
  }

  private static double[] values(INDArray array) {
    return array.isEmpty() ? new double[0] : array.dup('c').data().asDouble();
  }

  private static long[] index(int position, long[] shape) {
    long[] index = new long[shape.length];
    long rest = position;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return index;
  }
}
