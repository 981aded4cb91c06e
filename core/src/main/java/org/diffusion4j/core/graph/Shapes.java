package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.check.Require;

/** The rules that shapes keep, and the wording when one doesn't. */
final class Shapes {
  private Shapes() {}

  static void requireRank(String name, Tensor tensor, int rank) {
    if (tensor.rank() != rank) {
      throw new IllegalArgumentException(
          name + " (=" + tensor + ") must have " + rank + " axes, not " + tensor.rank());
    }
  }

  static void requirePositive(String name, Size2d size) {
    Require.positive(name + " height", size.height());
    Require.positive(name + " width", size.width());
  }

  static void requireNotNegative(String name, Size2d size) {
    Require.notNegative(name + " height", size.height());
    Require.notNegative(name + " width", size.width());
  }

  /** The axis counted from the front. */
  static int axis(int axis, Tensor tensor) {
    int fromFront = axis < 0 ? axis + tensor.rank() : axis;
    if (fromFront < 0 || fromFront >= tensor.rank()) {
      throw new IllegalArgumentException("axis (=" + axis + ") must be one of " + tensor);
    }
    return fromFront;
  }

  /** The sizes as ND4J's slices take them. */
  static int[] ints(long... sizes) {
    return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
  }

  static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The shape that both broadcast to, by NumPy's rule. */
  static long[] broadcast(Tensor a, Tensor b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] shape = new long[rank];
    for (int axis = 1; axis <= rank; axis++) {
      long sizeA = axis <= a.rank() ? a.size(-axis) : 1;
      long sizeB = axis <= b.rank() ? b.size(-axis) : 1;
      if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
        throw new IllegalArgumentException(
            "shapes of " + a + " and " + b + " must be equal or 1 on each axis");
      }
      shape[rank - axis] = Math.max(sizeA, sizeB);
    }
    return shape;
  }
}
