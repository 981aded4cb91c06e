package org.diffusion4j.core.execution.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A tensor in memory: a shape, and how far the values along each axis are from each other.
 *
 * <p>Images {@code [n, c, h, w]} lie channels-last, the channels of a pixel side by side; all else
 * lies in C order unless it was made by turning, cutting or reshaping a view, which moves nothing.
 */
public final class View {
  /** How values lie in memory: equal for views that differ in their block or place alone. */
  public record Layout(ElementType type, List<Long> shape, List<Long> strides) {}

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
  public static View contiguous(Storage storage, ElementType type, long... shape) {
    return new View(storage, 0, type, shape.clone(), contiguousStrides(shape));
  }

  /** Of any strides, from the beginning of a block. */
  public static View strided(Storage storage, ElementType type, long[] shape, long[] strides) {
    return new View(storage, 0, type, shape.clone(), strides.clone());
  }

  /** The strides of C order. */
  public static long[] contiguousStrides(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /** The strides of images whose channels are innermost. */
  public static long[] channelsLastStrides(long... shape) {
    long c = shape[1];
    long w = shape[3];
    return new long[] {c * shape[2] * w, 1, w * c, c};
  }

  /** The block that this lies in. */
  public Storage storage() {
    return storage;
  }

  /** How far into the block the first value lies. */
  public long byteOffset() {
    return byteOffset;
  }

  /** Where the first value lies, once the block has its place. */
  public long address() {
    return storage.address() + byteOffset;
  }

  /** How the values lie, wherever the block is. */
  public Layout layout() {
    return new Layout(
        type, Arrays.stream(shape).boxed().toList(), Arrays.stream(strides).boxed().toList());
  }

  /** What the values are. */
  public ElementType type() {
    return type;
  }

  /** The size of each axis. */
  public long[] shape() {
    return shape.clone();
  }

  /** How many values apart the neighbours along each axis are. */
  public long[] strides() {
    return strides.clone();
  }

  /** The number of axes. */
  public int rank() {
    return shape.length;
  }

  /** The size of an axis; negative axes count from the end. */
  public long size(int axis) {
    return shape[axis < 0 ? axis + rank() : axis];
  }

  /** The number of values. */
  public long length() {
    return length(shape);
  }

  /** The number of values of a shape. */
  public static long length(long... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Whether the axes have those sizes. */
  public boolean hasShape(long... other) {
    return Arrays.equals(shape, other);
  }

  /** Whether the values along each axis of more than one lie as with those strides. */
  public boolean hasStrides(long... others) {
    return IntStream.range(0, rank()).allMatch(i -> shape[i] == 1 || strides[i] == others[i]);
  }

  /** Whether the values fill a block without gaps, in C order. */
  public boolean isContiguous() {
    return hasStrides(contiguousStrides(shape));
  }

  /** Whether this is images whose channels are innermost. */
  public boolean isChannelsLast() {
    return rank() == 4 && hasStrides(channelsLastStrides(shape));
  }

  /** The axes from the outermost in memory to the innermost. */
  public int[] axesInMemory() {
    return IntStream.range(0, rank())
        .boxed()
        .sorted(Comparator.comparingLong(axis -> -strides[axis]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Whether the values fill a block without gaps, in whatever order of the axes. */
  public boolean isDense() {
    return hasStrides(denseStrides());
  }

  /** The strides of a block without gaps, with the axes in this view's order. */
  public long[] denseStrides() {
    return denseStrides(shape);
  }

  /** The strides of a block of another shape of this rank, with the axes in this view's order. */
  public long[] denseStrides(long... sizes) {
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
  public View withStrides(long... newStrides) {
    return new View(storage, byteOffset, type, shape, newStrides.clone());
  }

  /** Axis i of the result is axis {@code axes[i]} of this. */
  public View permute(int... axes) {
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
  public View unpermute(int... axes) {
    int[] inverse = new int[axes.length];
    IntStream.range(0, axes.length).forEach(i -> inverse[axes[i]] = i);
    return permute(inverse);
  }

  /** The part of an axis from {@code from} up to, not including, {@code to}. */
  public View slice(int axis, long from, long to) {
    long[] newShape = shape.clone();
    newShape[axis] = to - from;
    return new View(
        storage, byteOffset + from * strides[axis] * type.bytes(), type, newShape, strides);
  }

  /** Every so manieth value of an axis. */
  public View everyNth(int axis, long step) {
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
  public View windows(int axis, long first, long step, long count, long size) {
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
  public View withRank(int rank) {
    long[] newShape = new long[rank];
    Arrays.fill(newShape, 1);
    System.arraycopy(shape, 0, newShape, rank - rank(), rank());
    return reshape(newShape).orElseThrow();
  }

  /** The same values in C order under another shape, if they need not move for it. */
  public Optional<View> reshape(long... newShape) {
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
