package org.diffusion4j.core.weights;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J arrays from values on Java's heap. */
final class HostArrays {
  /** Java's view on memory outside its heap ends at 2 GiB. */
  private static final int MAX_BUFFER_SIZE = Integer.MAX_VALUE / Float.BYTES;

  private HostArrays() {}

  /** A C-ordered FLOAT array of its own. */
  static INDArray of(float[] values, long... shape) {
    if (values.length == 0) {
      return Nd4j.create(DataType.FLOAT, shape);
    }
    if (shape.length == 0) {
      return Nd4j.scalar(values[0]);
    }
    if (values.length > MAX_BUFFER_SIZE
        || Nd4j.getExecutioner().type() != ExecutionerType.NATIVE_CPU) {
      return Nd4j.createFromArray(values).reshape('c', shape);
    }
    // ND4J copies an array value by value; its memory takes all of them at once.
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    array.data().asNioFloat().put(values);
    return array;
  }
}
