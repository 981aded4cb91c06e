package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Linear maps of images that act on rows and columns one after the other. */
final class AxisMaps {
  private AxisMaps() {}

  /**
   * {@code rows X columns^T} for each image plane X, as two products of matrices.
   *
   * @param x {@code [n, c, h, w]}
   * @param rows {@code [h', h]}
   * @param columns {@code [w', w]}
   * @return {@code [n, c, h', w']}
   */
  static SDVariable apply(SameDiffView view, Tensor x, double[][] rows, double[][] columns) {
    SameDiff sd = view.sameDiff();
    long planes = x.size(0) * x.size(1);
    long height = x.size(2);
    SDVariable y = sd.reshape(view.variable(x), planes * height, x.size(3));
    y = sd.mmul(y, matrix(view, columns), false, true, false);
    y = sd.permute(sd.reshape(y, planes, height, columns.length), 0, 2, 1);
    y =
        sd.mmul(
            sd.reshape(y, planes * columns.length, height), matrix(view, rows), false, true, false);
    y = sd.permute(sd.reshape(y, planes, columns.length, rows.length), 0, 2, 1);
    return sd.reshape(y, x.size(0), x.size(1), rows.length, columns.length);
  }

  private static SDVariable matrix(SameDiffView view, double[][] rows) {
    int width = rows[0].length;
    double[] values = new double[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, values, row * width, width);
    }
    return view.constant(values, rows.length, width);
  }
}
