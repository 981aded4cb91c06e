package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A tensor in memory: a shape, and how far the values along each axis are from each other.
 *
 * <p>Images {@code [n, c, h, w]} lie channels-last, the channels of a pixel side by side; all else
 * lies in C order unless it was made by turning, cutting or reshaping a view, which moves nothing.
 */
final class View {
  private final Storage storage;
  private final long byteOffset;
  private final ElementType type;
  private final long[] shape;
  private final long[] strides;

  private View(Storage storage, long byteOffset, ElementType type, long[] shape, long[] strides) {
    this.storage = storage;
    this.byteOffset = byteOffset;
    this.type = type;
    this.shape = shape;
    this.strides = strides;
  }

  /** In C order, from the beginning of a block. */
  static View contiguous(Storage storage, ElementType type, long... shape) {
    return new View(storage, 0, type, shape.clone(), contiguousStrides(shape));
  }

  /** Of any strides, from the beginning of a block. */
  static View strided(Storage storage, ElementType type, long[] shape, long[] strides) {
    return new View(storage, 0, type, shape.clone(), strides.clone());
  }

  /** The strides of C order. */
  static long[] contiguousStrides(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /** The strides of images whose channels are innermost. */
  static long[] channelsLastStrides(long... shape) {
    long c = shape[1];
    long w = shape[3];
    return new long[] {c * shape[2] * w, 1, w * c, c};
  }

  Storage storage() {
    return storage;
  }

  long byteOffset() {
    return byteOffset;
  }

  ElementType type() {
    return type;
  }

  long[] shape() {
    return shape.clone();
  }

  long[] strides() {
    return strides.clone();
  }

  int rank() {
    return shape.length;
  }

  /** The size of an axis; negative axes count from the end. */
  long size(int axis) {
    return shape[axis < 0 ? axis + rank() : axis];
  }

  /** The number of values. */
  long length() {
    return length(shape);
  }

  static long length(long... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  boolean hasShape(long... other) {
    return Arrays.equals(shape, other);
  }

  /** Whether the values along each axis of more than one lie as with those strides. */
  boolean hasStrides(long... others) {
    return IntStream.range(0, rank()).allMatch(i -> shape[i] == 1 || strides[i] == others[i]);
  }

  boolean isContiguous() {
    return hasStrides(contiguousStrides(shape));
  }

  boolean isChannelsLast() {
    return rank() == 4 && hasStrides(channelsLastStrides(shape));
  }

  /** The axes from the outermost in memory to the innermost. */
  int[] axesInMemory() {
    return IntStream.range(0, rank())
        .boxed()
        .sorted(Comparator.comparingLong(axis -> -strides[axis]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Whether the values fill a block without gaps, in whatever order of the axes. */
  boolean isDense() {
    return hasStrides(denseStrides());
  }

  /** The strides of a block without gaps, with the axes in this view's order. */
  long[] denseStrides() {
    return denseStrides(shape);
  }

  /** The strides of a block of another shape of this rank, with the axes in this view's order. */
  long[] denseStrides(long... sizes) {
    int[] order = axesInMemory();
    long[] dense = new long[rank()];
    long stride = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      dense[order[i]] = stride;
      stride *= sizes[order[i]];
    }
    return dense;
  }

  /** The same memory with other strides along axes of size 1. */
  View withStrides(long... newStrides) {
    return new View(storage, byteOffset, type, shape, newStrides.clone());
  }

  /** Axis i of the result is axis {@code axes[i]} of this. */
  View permute(int... axes) {
    long[] newShape = new long[axes.length];
    long[] newStrides = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      newShape[i] = shape[axes[i]];
      newStrides[i] = strides[axes[i]];
    }
    return new View(storage, byteOffset, type, newShape, newStrides);
  }

  /**
   * What {@link #permute} with the same axes takes back to this: axis {@code axes[i]} of the result
   * is axis i of this.
   */
  View unpermute(int... axes) {
    int[] inverse = new int[axes.length];
    IntStream.range(0, axes.length).forEach(i -> inverse[axes[i]] = i);
    return permute(inverse);
  }

  /** The part of an axis from {@code from} up to, not including, {@code to}. */
  View slice(int axis, long from, long to) {
    long[] newShape = shape.clone();
    newShape[axis] = to - from;
    return new View(
        storage, byteOffset + from * strides[axis] * type.bytes(), type, newShape, strides);
  }

  /** Every so manieth value of an axis. */
  View everyNth(int axis, long step) {
    long[] newShape = shape.clone();
    long[] newStrides = strides.clone();
    newShape[axis] = (shape[axis] + step - 1) / step;
    newStrides[axis] *= step;
    return new View(storage, byteOffset, type, newShape, newStrides);
  }

  /**
   * Windows along an axis, as an axis that counts them and one within them.
   *
   * @param first where the first window begins
   * @param step from the beginning of a window to that of the next, at least the size
   * @param count of windows
   * @param size of a window
   */
  View windows(int axis, long first, long step, long count, long size) {
    long[] newShape = new long[rank() + 1];
    long[] newStrides = new long[rank() + 1];
    for (int i = 0; i < rank(); i++) {
      newShape[i < axis ? i : i + 1] = shape[i];
      newStrides[i < axis ? i : i + 1] = strides[i];
    }
    newShape[axis] = count;
    newShape[axis + 1] = size;
    newStrides[axis] = step * strides[axis];
    newStrides[axis + 1] = strides[axis];
    return new View(
        storage, byteOffset + first * strides[axis] * type.bytes(), type, newShape, newStrides);
  }

  /** With axes of size 1 before the others, up to a rank. */
  View withRank(int rank) {
    long[] newShape = new long[rank];
    Arrays.fill(newShape, 1);
    System.arraycopy(shape, 0, newShape, rank - rank(), rank());
    return reshape(newShape).orElseThrow();
  }

  /** The same values in C order under another shape, if they need not move for it. */
  Optional<View> reshape(long... newShape) {
    long[] newStrides = new long[newShape.length];
    int axis = rank() - 1;
    int newAxis = newShape.length - 1;
    while (newAxis >= 0) {
      // A group of axes here and one there have the same number of values.
      while (axis >= 0 && shape[axis] == 1) {
        axis--;
      }
      if (newShape[newAxis] == 1) {
        newStrides[newAxis] = 1;
        newAxis--;
        continue;
      }
      if (axis < 0) {
        return Optional.empty();
      }
      long stride = strides[axis];
      long here = shape[axis--];
      long there = newShape[newAxis];
      newStrides[newAxis--] = stride;
      while (here != there) {
        if (here < there) {
          while (axis >= 0 && shape[axis] == 1) {
            axis--;
          }
          if (axis < 0 || strides[axis] != stride * here) {
            return Optional.empty();
          }
          here *= shape[axis--];
        } else {
          while (newAxis >= 0 && newShape[newAxis] == 1) {
            newStrides[newAxis--] = stride * there;
          }
          if (newAxis < 0) {
            return Optional.empty();
          }
          newStrides[newAxis] = stride * there;
          there *= newShape[newAxis--];
        }
      }
    }
    fillStridesOfOnes(newShape, newStrides);
    return Optional.of(new View(storage, byteOffset, type, newShape.clone(), newStrides));
  }

  /** The stride of an axis of size 1 is never used; this one keeps the order of the axes. */
  private static void fillStridesOfOnes(long[] shape, long[] strides) {
    long inner = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] == 1) {
        strides[axis] = inner;
      }
      inner = Math.max(inner, strides[axis] * shape[axis]);
    }
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape) + " strides " + Arrays.toString(strides);
  }
}
