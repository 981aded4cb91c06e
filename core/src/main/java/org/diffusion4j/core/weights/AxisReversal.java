package org.diffusion4j.core.weights;

import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.ParameterSpec;

/**
 * The change between the layout of files and that of memory, {@code [a, b, c]} to {@code [c, b,
 * a]}, both in C order.
 */
record AxisReversal(int a, int b, int c) {
  /** The values that are written next to each other: several cache lines on one page of memory. */
  private static final int ROWS = 64;

  /** The values that are read next to each other: one cache line. */
  private static final int COLUMNS = 16;

  /** How a parameter's tensor in the file becomes its array in memory, if they differ. */
  static Optional<AxisReversal> ofFile(ParameterSpec spec) {
    long[] shape = spec.shapeArray();
    return switch (spec.layout()) {
      case PLAIN -> Optional.empty();
      case LINEAR -> Optional.of(new AxisReversal((int) shape[1], 1, (int) shape[0]));
      case CONV1D -> Optional.of(new AxisReversal((int) shape[2], (int) shape[1], (int) shape[0]));
      case CONV2D ->
          Optional.of(
              new AxisReversal((int) shape[3], (int) shape[2], (int) (shape[0] * shape[1])));
    };
  }

  /** The way back. */
  AxisReversal inverse() {
    return new AxisReversal(c, b, a);
  }

  /**
   * The most values of {@code [a, b, c]}, in whole rows of a, that fit the limit; 0 if none does.
   */
  int pieceSize(int limit) {
    long rowSize = (long) b * c;
    long rows = limit / Math.max(1, rowSize);
    return (int) ((rows > ROWS ? rows / ROWS * ROWS : rows) * rowSize);
  }

  /**
   * The values of {@code [c, b, a]} from those of {@code [a, b, c]}.
   *
   * @throws IllegalArgumentException if there are not {@code a * b * c} values
   */
  float[] reverse(float[] values) {
    if (values.length != (long) a * b * c) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "number of values (=%d) must be %d * %d * %d", values.length, a, b, c));
    }
    float[] reversed = new float[values.length];
    place(values, 0, values.length, FloatBuffer.wrap(reversed));
    return reversed;
  }

  /**
   * Puts some of the values of {@code [a, b, c]} where they belong in {@code [c, b, a]}.
   *
   * @param values begins with those that are to be placed
   * @param start which of all values is the first, the first one of a row of a
   * @param count how many are placed, in whole rows
   * @param memory all values of {@code [c, b, a]}
   */
  void place(float[] values, int start, int count, FloatBuffer memory) {
    int rowSize = b * c;
    if (count == 0) {
      return;
    }
    Require.divisible("start", start, "values of a row", rowSize);
    Require.divisible("count", count, "values of a row", rowSize);
    int firstRow = start / rowSize;
    float[] tile = new float[COLUMNS * ROWS];
    for (int row = 0; row < count / rowSize; row += ROWS) {
      int rows = Math.min(ROWS, count / rowSize - row);
      for (int column = 0; column < rowSize; column += COLUMNS) {
        int columns = Math.min(COLUMNS, rowSize - column);
        for (int i = 0; i < rows; i++) {
          int from = (row + i) * rowSize + column;
          for (int j = 0; j < columns; j++) {
            tile[j * ROWS + i] = values[from + j];
          }
        }
        for (int j = 0; j < columns; j++) {
          int to = ((column + j) % c * b + (column + j) / c) * a;
          memory.put(to + firstRow + row, tile, j * ROWS, rows);
        }
      }
    }
  }
}
