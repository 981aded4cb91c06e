package org.diffusion4j.core.weights;

import java.util.List;
import java.util.Locale;
import org.diffusion4j.core.check.Texts;

/**
 * What the header of a safetensors file says of one tensor.
 *
 * @param dtype the type of its values
 * @param shape its dimensions; empty for a scalar
 * @param begin where its bytes begin, counted from the end of the header
 * @param end where its bytes end
 */
public record TensorInfo(DType dtype, List<Long> shape, long begin, long end) {

  public TensorInfo {
    shape = List.copyOf(shape);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "data_offsets (=[" + begin + ", " + end + "]) must be 0 or more and ascending");
    }
    if (bytes(dtype, shape) != end - begin) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "data_offsets (=[%d, %d]) must span the bytes of %s %s",
              begin,
              end,
              dtype,
              Texts.quote(shape.toString())));
    }
  }

  private static long bytes(DType dtype, List<Long> shape) {
    try {
      long bytes = dtype.bytes();
      for (long dimension : shape) {
        if (dimension < 0) {
          throw new IllegalArgumentException(
              "shape (=" + Texts.quote(shape.toString()) + ") must not be negative");
        }
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape (=" + Texts.quote(shape.toString()) + ") must be below 2^63 bytes", e);
    }
  }

  /** The number of values. */
  public long size() {
    return (end - begin) / dtype.bytes();
  }

  /** The shape as ND4J takes it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
