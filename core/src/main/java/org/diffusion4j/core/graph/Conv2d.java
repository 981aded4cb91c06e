package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * 2-D convolution (cross-correlation) with zero padding.
 *
 * @param x {@code [n, c, h, w]}
 * @param weight {@code [kh, kw, c, out]}
 * @param bias {@code [out]}
 * @param stride the step in both directions
 * @param padding zeros on all four sides
 * @param dilation the distance of the kernel's taps
 */
public record Conv2d(
    Tensor x, Tensor weight, Optional<Tensor> bias, int stride, int padding, int dilation)
    implements Layer {

  public Conv2d {
    Shapes.requireRank("x", x, 4);
    Shapes.requireRank("weight", weight, 4);
    Require.equal("channels of " + x, x.size(1), "input channels of the weight", weight.size(2));
    Require.positive("stride", stride);
    Require.positive("dilation", dilation);
    Require.notNegative("padding", padding);
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(x, weight), bias.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    return new long[] {
      x.size(0), weight.size(3), outputSize(2, weight.size(0)), outputSize(3, weight.size(1))
    };
  }

  private long outputSize(int axis, long kernel) {
    long reach = reach(kernel);
    long padded = x.size(axis) + 2L * padding;
    if (padded < reach) {
      throw new IllegalArgumentException(
          "size of "
              + x
              + " with padding (="
              + padded
              + ") must not be less than the kernel's (="
              + reach
              + ")");
    }
    return (padded - reach) / stride + 1;
  }

  /** The pixels that a kernel of that size spans. */
  private long reach(long kernel) {
    return dilation * (kernel - 1) + 1;
  }

  @Override
  public SDVariable build(SameDiffView view) {
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(reach(weight.size(0)))
            .kW(reach(weight.size(1)))
            .sH(stride)
            .sW(stride)
            .pH(padding)
            .pW(padding)
            .paddingMode(PaddingMode.VALID)
            .dataFormat(Conv2DConfig.NCHW)
            .build();
    SDVariable input = view.variable(x);
    SDVariable kernel = dilation == 1 ? view.variable(weight) : dilatedWeight(view);
    return bias.isPresent()
        ? view.sameDiff().cnn.conv2d(input, kernel, view.variable(bias.get()), config)
        : view.sameDiff().cnn.conv2d(input, kernel, config);
  }

  /**
   * The weight with zeros between its taps, as a product with a matrix of zeros and ones: ND4J's
   * oneDNN kernels refuse dilation.
   */
  private SDVariable dilatedWeight(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    int height = Math.toIntExact(weight.size(0));
    int width = Math.toIntExact(weight.size(1));
    int dilatedHeight = Math.toIntExact(reach(height));
    int dilatedWidth = Math.toIntExact(reach(width));
    int taps = height * width;
    double[] positions = new double[dilatedHeight * dilatedWidth * taps];
    for (int tap = 0; tap < taps; tap++) {
      int row = dilation * (tap / width);
      int column = dilation * (tap % width);
      positions[(row * dilatedWidth + column) * taps + tap] = 1;
    }
    SDVariable flat = sd.reshape(view.variable(weight), taps, weight.size(2) * weight.size(3));
    SDVariable dilated =
        sd.mmul(view.constant(positions, (long) dilatedHeight * dilatedWidth, taps), flat);
    return sd.reshape(dilated, dilatedHeight, dilatedWidth, weight.size(2), weight.size(3));
  }
}
