package org.diffusion4j.core.verify;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares the values of one case with the reference's and keeps the worst deviation. */
public final class Comparison {
  private Optional<Deviation> worst = Optional.empty();

  /** Compares two tensors; another shape is an infinite error. */
  public void compare(String what, INDArray expected, INDArray actual, Tolerance tolerance) {
    if (compareShapes(what, expected.shape(), actual.shape())) {
      compare(what, expected.shape(), values(expected), values(actual), tolerance);
    }
  }

  /** Compares two lists of numbers; another length is an infinite error. */
  public void compare(String what, double[] expected, double[] actual, Tolerance tolerance) {
    long[] shape = {expected.length};
    if (compareShapes(what, shape, new long[] {actual.length})) {
      compare(what, shape, expected, actual, tolerance);
    }
  }

  /** Compares two numbers. */
  public void compare(String what, double expected, double actual, Tolerance tolerance) {
    add(deviation(what, expected, actual, tolerance.of(expected, Math.abs(expected))));
  }

  /**
   * Compares two shapes.
   *
   * @return whether they are equal; a difference is an infinite error
   */
  public boolean compareShapes(String what, long[] expected, long[] actual) {
    boolean equal = Arrays.equals(expected, actual);
    if (!equal) {
      String shapes = Arrays.toString(actual) + " instead of " + Arrays.toString(expected);
      add(new Deviation("shape of " + what + ", " + shapes, Double.POSITIVE_INFINITY, 0));
    }
    return equal;
  }

  private void compare(
      String what, long[] shape, double[] expected, double[] actual, Tolerance tolerance) {
    double largest = DoubleStream.of(expected).map(Math::abs).max().orElse(0);
    Deviation worstHere = new Deviation(what, 0, tolerance.of(0, largest));
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance.of(expected[i], largest);
      Deviation deviation = deviation(what, expected[i], actual[i], allowed);
      if (i == 0 || deviation.ratio() > worstHere.ratio()) {
        String index = shape.length == 0 ? "" : Arrays.toString(index(i, shape));
        worstHere = new Deviation(what + index, deviation.error(), allowed);
      }
    }
    add(worstHere);
  }

  private static Deviation deviation(
      String what, double expected, double actual, double tolerance) {
    return new Deviation(what, expected == actual ? 0 : Math.abs(expected - actual), tolerance);
  }

  /** Takes a deviation that was measured in another way. */
  public void add(Deviation deviation) {
    if (worst.isEmpty() || deviation.ratio() > worst.get().ratio()) {
      worst = Optional.of(deviation);
    }
  }

  /** The worst deviation so far, none if nothing was compared. */
  public Optional<Deviation> worst() {
    return worst;
  }

  private static double[] values(INDArray array) {
    return array.isEmpty()
        ? new double[0]
        : array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
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
