package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value in a graph: what an input, a parameter or a layer gives.
 *
 * @param name unique within its graph
 * @param shape the sizes of its axes; empty for a scalar
 */
public record Tensor(String name, List<Long> shape) {

  public Tensor {
    shape = List.copyOf(shape);
  }

  static Tensor of(String name, long... shape) {
    return new Tensor(name, Arrays.stream(shape).boxed().toList());
  }

  /** The number of axes. */
  public int rank() {
    return shape.size();
  }

  /** The size of an axis; negative axes count from the end. */
  public long size(int axis) {
    return shape.get(axis < 0 ? axis + rank() : axis);
  }

  /** The shape as ND4J takes it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The number of values. */
  public long length() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public String toString() {
    return name + shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
