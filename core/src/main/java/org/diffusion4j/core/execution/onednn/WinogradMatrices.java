package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import org.diffusion4j.core.execution.plan.View;

/**
 * The matrices of minimal filtering F(4x4, 3x3) as constants of plans.
 *
 * <p>Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks": {@code Y = A^T [(G g
 * G^T) * (B^T d B)] A}, interpolated at 0, 1, -1, 2 and -2.
 */
final class WinogradMatrices {
  /** The height and width of a tile of outputs. */
  static final int TILE = 4;

  /** The height and width of what a tile is computed from. */
  static final int WINDOW = 6;

  /** The height and width of a kernel. */
  static final int KERNEL = 3;

  private static final double[][] B_TRANSPOSED = {
    {4, 0, -5, 0, 1, 0},
    {0, -4, -4, 1, 1, 0},
    {0, 4, -4, -1, 1, 0},
    {0, -2, -1, 2, 1, 0},
    {0, 2, -1, -2, 1, 0},
    {0, 4, 0, -5, 0, 1}
  };

  private static final double[][] G = {
    {1 / 4.0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 1 / 12.0, 1 / 6.0},
    {1 / 24.0, -1 / 12.0, 1 / 6.0},
    {0, 0, 1}
  };

  private static final double[][] A_TRANSPOSED = {
    {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}
  };

  private WinogradMatrices() {}

  /** {@code B^T}, {@code [6, 6]}. */
  static View input(PrimitivePlan plan) {
    return constant(plan, B_TRANSPOSED);
  }

  /** The columns of {@code B^T} for some rows of a window, {@code [6, to - from]}. */
  static View input(PrimitivePlan plan, int from, int to) {
    double[][] columns = new double[WINDOW][];
    Arrays.setAll(columns, i -> Arrays.copyOfRange(B_TRANSPOSED[i], from, to));
    return constant(plan, columns);
  }

  /**
   * {@code G g G^T} as a matrix over the taps of g, {@code [36, 9]}.
   *
   * @param turned whether the kernel is turned by 180 degrees
   */
  static View kernel(PrimitivePlan plan, boolean turned) {
    int taps = KERNEL * KERNEL;
    double[][] matrix = new double[WINDOW * WINDOW][taps];
    for (int element = 0; element < matrix.length; element++) {
      for (int tap = 0; tap < taps; tap++) {
        matrix[element][turned ? taps - 1 - tap : tap] =
            G[element / WINDOW][tap / KERNEL] * G[element % WINDOW][tap % KERNEL];
      }
    }
    return constant(plan, matrix);
  }

  /** {@code A^T}, {@code [4, 6]}. */
  static View output(PrimitivePlan plan) {
    return constant(plan, A_TRANSPOSED);
  }

  private static View constant(PrimitivePlan plan, double[][] rows) {
    int columns = rows[0].length;
    float[] values = new float[rows.length * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / columns][i % columns];
    }
    return plan.constant(values, rows.length, columns);
  }
}
