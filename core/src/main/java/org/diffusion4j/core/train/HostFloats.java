package org.diffusion4j.core.train;

import java.nio.FloatBuffer;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The values of arrays as host memory.
 *
 * <p>The updates here touch every parameter at every step. One fused pass over chunks that stay in
 * the first-level cache takes half the time of ND4J's updater, which needs further passes for decay
 * and subtraction, and its arithmetic is the same in every run.
 */
final class HostFloats {
  /** Floats that a pass handles at a time: four chunks of 8 KiB fit the first-level cache. */
  static final int CHUNK = 2048;

  private HostFloats() {}

  /** Whether the values lie one after the other in C order. */
  static boolean isContiguous(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      // The stride of an axis of size 1 is never used, and ND4J leaves any number there.
      if (array.size(axis) != 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }

  /**
   * Refuses what {@link #of} does.
   *
   * @throws IllegalArgumentException if the array is not FLOAT or not contiguous in C order, or if
   *     it has more values than Java sees of memory outside its heap
   */
  static void check(String name, INDArray array) {
    requireVisible(name, array.length());
    if (array.dataType() != DataType.FLOAT || !isContiguous(array)) {
      throw new IllegalArgumentException(
          "%s (%s, order %s) must be a contiguous FLOAT array in C order"
              .formatted(name, array.dataType(), array.ordering()));
    }
  }

  /** Java sees 2 GiB of a block; of a larger one, the rest would stay as it was. */
  static void requireVisible(String name, long length) {
    Require.that(
        length <= Integer.MAX_VALUE / Float.BYTES,
        "number of values of " + name,
        length,
        "must be at most " + Integer.MAX_VALUE / Float.BYTES);
  }

  /**
   * The values in C order, from index 0; on the CPU the array's own memory, elsewhere a copy.
   *
   * @throws IllegalArgumentException if the array is not FLOAT or not contiguous in C order
   */
  static FloatBuffer of(String name, INDArray array) {
    check(name, array);
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU
        ? array.data().asNioFloat().slice()
        : FloatBuffer.wrap(array.data().asFloat());
  }

  /** Makes changed values those of the array where they are not the array's own memory. */
  static void commit(INDArray array, FloatBuffer values) {
    if (values.hasArray()) {
      array.data().setData(values.array());
    }
  }
}
