package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/** Steps of linear maps of images that act on rows and columns one after the other. */
final class AxisMaps {
  private AxisMaps() {}

  /**
   * {@code rows X columns^T} for each image plane X.
   *
   * @param x {@code [n, c, h, w]}, channels last
   * @param rows {@code [h', h]}
   * @param columns {@code [w', w]}
   * @return {@code [n, c, h', w']}, channels last
   */
  static View apply(PrimitivePlan plan, View x, double[][] rows, double[][] columns) {
    long n = x.size(0);
    long c = x.size(1);
    long width = x.size(3);
    View pixels = x.permute(0, 2, 3, 1);
    View tall = plan.allocate(x.type(), n, rows.length, width * c);
    MatMuls.multiply(
        plan,
        matrix(plan, rows, x.type()),
        pixels.reshape(n, x.size(2), width * c).orElseThrow(),
        tall);
    View wide = plan.allocate(x.type(), n * rows.length, columns.length, c);
    MatMuls.multiply(
        plan,
        matrix(plan, columns, x.type()),
        tall.reshape(n * rows.length, width, c).orElseThrow(),
        wide);
    return wide.reshape(n, rows.length, columns.length, c).orElseThrow().permute(0, 3, 1, 2);
  }

  private static View matrix(PrimitivePlan plan, double[][] rows, ElementType type) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return Copies.as(plan, plan.constant(values, 1, rows.length, rows[0].length), type);
  }

  /** The matrix turned, which leads gradients back. */
  static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (double[] row : transposed) {
      Arrays.fill(row, 0);
    }
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }
}
