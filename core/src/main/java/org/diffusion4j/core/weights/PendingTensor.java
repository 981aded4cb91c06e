package org.diffusion4j.core.weights;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor to be written, whose values are asked for when their turn comes.
 *
 * @param type FLOAT or INT64
 * @param shape its shape in the file
 * @param values in C order: a {@link FloatBuffer}, or a {@link LongBuffer} of INT64
 */
record PendingTensor(DataType type, List<Long> shape, Supplier<Buffer> values) {

  PendingTensor {
    shape = List.copyOf(shape);
  }

  /** A tensor of floating-point values. */
  static PendingTensor floats(List<Long> shape, Supplier<float[]> values) {
    return new PendingTensor(DataType.FLOAT, shape, () -> FloatBuffer.wrap(values.get()));
  }

  /** The values of an array, which may be a view. */
  static PendingTensor of(INDArray array) {
    List<Long> shape = Arrays.stream(array.shape()).boxed().toList();
    return array.dataType() == DataType.FLOAT
        ? floats(shape, () -> HostArrays.values(array))
        : new PendingTensor(array.dataType(), shape, () -> longs(array));
  }

  private static LongBuffer longs(INDArray array) {
    if (array.isEmpty()) {
      return LongBuffer.allocate(0);
    }
    try (INDArray ordered = array.dup('c')) {
      return LongBuffer.wrap(ordered.data().asLong());
    }
  }

  /** The number of values. */
  long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
