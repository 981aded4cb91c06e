package org.diffusion4j.core.weights;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** FLOAT arrays and their values, in bulk: ND4J itself copies value by value. */
final class HostArrays {
  /** Java's view on memory outside its heap ends at 2 GiB. */
  private static final int MAX_BUFFER_SIZE = Integer.MAX_VALUE / Float.BYTES;

  private HostArrays() {}

  /** Whether arrays of that many values are in memory that Java sees. */
  static boolean isHost(long size) {
    return size > 0
        && size <= MAX_BUFFER_SIZE
        && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }

  /** A C-ordered array of its own. */
  static INDArray of(float[] values, long... shape) {
    if (values.length == 0) {
      return Nd4j.create(DataType.FLOAT, shape);
    }
    if (!isHost(values.length)) {
      return shape.length == 0
          ? Nd4j.scalar(values[0])
          : Nd4j.createFromArray(values).reshape('c', shape);
    }
    INDArray array = uninitialized(shape);
    try {
      view(array).put(values);
      return array;
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  /** A C-ordered array whose values are still to be written. */
  static INDArray uninitialized(long... shape) {
    return shape.length == 0
        ? Nd4j.scalar(0f)
        : Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
  }

  /**
   * The values of a C-ordered array where they are; see {@link #isHost}. The array must stay
   * reachable for as long as they are used.
   */
  static FloatBuffer view(INDArray array) {
    return array.data().asNioFloat();
  }

  /** A copy of the values in C order. */
  static float[] values(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    if (values.length == 0) {
      return values;
    }
    boolean ordered = array.ordering() == 'c' && !array.isView();
    INDArray source = ordered ? array : array.dup('c');
    if (isHost(values.length)) {
      try {
        view(source).get(values);
      } finally {
        Reference.reachabilityFence(source);
      }
    } else {
      System.arraycopy(source.data().asFloat(), 0, values, 0, values.length);
    }
    if (!ordered) {
      source.close();
    }
    return values;
  }
}
