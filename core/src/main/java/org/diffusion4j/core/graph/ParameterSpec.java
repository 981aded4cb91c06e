package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * What a graph says of one of its parameters.
 *
 * @param name the name in the file, such as {@code down_blocks.0.resnets.0.conv1.weight}
 * @param layout how memory's axes relate to the file's
 * @param initializer what an untrained parameter is drawn from
 * @param shape the shape in memory
 */
public record ParameterSpec(
    String name, ParameterLayout layout, Initializer initializer, List<Long> shape) {

  public ParameterSpec {
    shape = List.copyOf(shape);
    Require.that(!name.isBlank(), "name", name, "must not be blank");
  }

  /** The shape in memory as ND4J takes it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The shape of the tensor in the file. */
  public long[] fileShape() {
    int[] axes = layout.fileAxes(shape.size());
    long[] fileShape = new long[axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      fileShape[axes[axis]] = shape.get(axis);
    }
    return fileShape;
  }

  /** The number of values. */
  public long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
