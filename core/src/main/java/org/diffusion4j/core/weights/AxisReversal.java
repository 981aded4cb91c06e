package org.diffusion4j.core.weights;

/** The change between the layout of files and that of memory: the order of the axes is turned. */
final class AxisReversal {
  /**
   * Rows of the source that are read side by side: their values fill the cache line that they are
   * written to, and no more rows than a first-level cache holds lines of one set.
   */
  private static final int BLOCK = 16;

  private AxisReversal() {}

  /**
   * The values of {@code [c, b, a]} from those of {@code [a, b, c]}, both in C order.
   *
   * @throws IllegalArgumentException if there are not {@code a * b * c} values
   */
  static float[] reverse(float[] values, int a, int b, int c) {
    if (values.length != (long) a * b * c) {
      throw new IllegalArgumentException(
          "number of values (=%d) must be %d * %d * %d".formatted(values.length, a, b, c));
    }
    float[] reversed = new float[values.length];
    int rowSize = b * c;
    for (int start = 0; start < a; start += BLOCK) {
      int end = Math.min(a, start + BLOCK);
      for (int j = 0; j < b; j++) {
        for (int k = 0; k < c; k++) {
          int from = start * rowSize + j * c + k;
          int to = (k * b + j) * a;
          for (int i = start; i < end; i++) {
            reversed[to + i] = values[from];
            from += rowSize;
          }
        }
      }
    }
    return reversed;
  }
}
