package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.graph.Interpolate2d;
import org.diffusion4j.core.graph.NearestUpsampling2d;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.factory.Nd4j;

/** Images of another size. */
final class ImageOperations {
  private ImageOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Pad2d.class, ImageOperations::pad);
    operations.put(NearestUpsampling2d.class, ImageOperations::upsample);
    operations.put(Interpolate2d.class, ImageOperations::interpolate);
  }

  private static SDVariable pad(Pad2d pad, GraphVariables variables) {
    SDVariable x = variables.of(pad.x());
    return pad(variables.sameDiff(), x, pad.left(), pad.right(), pad.top(), pad.bottom(), 0);
  }

  /** Constants around the images of {@code [n, c, h, w]}. */
  static SDVariable pad(
      SameDiff sd, SDVariable x, int left, int right, int top, int bottom, double value) {
    if (left == 0 && right == 0 && top == 0 && bottom == 0) {
      return x;
    }
    int[][] padding = {{0, 0}, {0, 0}, {top, bottom}, {left, right}};
    return sd.nn.pad(x, sd.constant(Nd4j.createFromArray(padding)), PadMode.CONSTANT, value);
  }

  private static SDVariable upsample(NearestUpsampling2d upsampling, GraphVariables variables) {
    int factor = upsampling.factor();
    SDVariable x = variables.of(upsampling.x());
    return variables.sameDiff().cnn.upsampling2d(x, factor, factor, true);
  }

  private static SDVariable interpolate(Interpolate2d interpolation, GraphVariables variables) {
    return resample(
        variables, interpolation.x(), interpolation.rowMap(), interpolation.columnMap());
  }

  /**
   * {@code rows X columns^T} for each image plane X, as two products of matrices.
   *
   * @param x {@code [n, c, h, w]}
   * @param rows {@code [h', h]}
   * @param columns {@code [w', w]}
   * @return {@code [n, c, h', w']}
   */
  static SDVariable resample(
      GraphVariables variables, Tensor x, double[][] rows, double[][] columns) {
    SameDiff sd = variables.sameDiff();
    long planes = x.size(0) * x.size(1);
    long height = x.size(2);
    SDVariable y = sd.reshape(variables.of(x), planes * height, x.size(3));
    y = sd.mmul(y, matrix(variables, columns), false, true, false);
    y = sd.permute(sd.reshape(y, planes, height, columns.length), 0, 2, 1);
    y = sd.reshape(y, planes * columns.length, height);
    y = sd.mmul(y, matrix(variables, rows), false, true, false);
    y = sd.permute(sd.reshape(y, planes, columns.length, rows.length), 0, 2, 1);
    return sd.reshape(y, x.size(0), x.size(1), rows.length, columns.length);
  }

  private static SDVariable matrix(GraphVariables variables, double[][] rows) {
    int width = rows[0].length;
    double[] values = new double[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, values, row * width, width);
    }
    return variables.constant(values, rows.length, width);
  }
}
