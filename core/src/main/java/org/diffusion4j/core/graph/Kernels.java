package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.factory.Nd4j;

/** The weights of convolutions as ND4J's kernels take them. */
final class Kernels {
  private Kernels() {}

  /**
   * The weight with zeros between its taps: ND4J's oneDNN kernels refuse dilation.
   *
   * @param weight {@code [kh, kw, in, out]}
   */
  static SDVariable dilated(SameDiffView view, Tensor weight, ConvSettings settings) {
    Size2d dilation = settings.dilation();
    if (dilation.equals(Size2d.of(1))) {
      return view.variable(weight);
    }
    SameDiff sd = view.sameDiff();
    long height = weight.size(0);
    long width = weight.size(1);
    long kernels = weight.size(2) * weight.size(3);
    int[][] zeros = {{0, 0}, {0, dilation.height() - 1}, {0, 0}, {0, dilation.width() - 1}, {0, 0}};
    SDVariable apart =
        sd.nn.pad(
            sd.reshape(view.variable(weight), height, 1, width, 1, kernels),
            sd.constant(Nd4j.createFromArray(zeros)),
            PadMode.CONSTANT,
            0);
    SDVariable plane =
        sd.reshape(
            apart,
            height * dilation.height(),
            width * dilation.width(),
            weight.size(2),
            weight.size(3));
    Size2d reach = settings.reach(weight);
    int[] size = Shapes.ints(reach.height(), reach.width(), weight.size(2), weight.size(3));
    return sd.slice(plane, new int[size.length], size);
  }

  /** One of {@code parts} equal parts of an axis. */
  static SDVariable part(SameDiff sd, SDVariable x, long[] shape, int axis, int part, int parts) {
    int[] begin = new int[shape.length];
    int[] size = Shapes.ints(shape);
    size[axis] /= parts;
    begin[axis] = part * size[axis];
    return sd.slice(x, begin, size);
  }

  /** Adds a bias {@code [c]} to the channels of {@code [n, c, h, w]}. */
  static SDVariable addBias(SameDiffView view, SDVariable y, Tensor bias) {
    return y.add(view.sameDiff().reshape(view.variable(bias), 1, bias.length(), 1, 1));
  }
}
