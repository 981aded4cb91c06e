package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The weights of convolutions as ND4J's kernels take them. */
final class Kernels {
  private Kernels() {}

  /**
   * The weight with zeros between its taps, as a product with a matrix of zeros and ones: ND4J's
   * oneDNN kernels refuse dilation.
   *
   * @param weight {@code [kh, kw, in, out]}
   */
  static SDVariable dilated(SameDiffView view, Tensor weight, ConvSettings settings) {
    if (settings.dilation().equals(Size2d.of(1))) {
      return view.variable(weight);
    }
    SameDiff sd = view.sameDiff();
    int width = Math.toIntExact(weight.size(1));
    int taps = Math.toIntExact(weight.size(0)) * width;
    Size2d reach = settings.reach(weight);
    double[] positions = new double[reach.height() * reach.width() * taps];
    for (int tap = 0; tap < taps; tap++) {
      int row = settings.dilation().height() * (tap / width);
      int column = settings.dilation().width() * (tap % width);
      positions[(row * reach.width() + column) * taps + tap] = 1;
    }
    SDVariable flat = sd.reshape(view.variable(weight), taps, weight.size(2) * weight.size(3));
    SDVariable dilated =
        sd.mmul(view.constant(positions, (long) reach.height() * reach.width(), taps), flat);
    return sd.reshape(dilated, reach.height(), reach.width(), weight.size(2), weight.size(3));
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
