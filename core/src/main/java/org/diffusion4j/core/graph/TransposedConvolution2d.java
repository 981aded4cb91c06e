package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

/**
 * 2-D transposed convolution (Zeiler et al. 2010): the transpose, as a linear map, of the {@link
 * Convolution2d} of the same weight and settings.
 *
 * <p>Pixel (i, j) of x adds {@code x[i, j] * weight} to the output at {@code (i, j) * stride -
 * padding}. Sizes are {@code (h - 1) * stride - 2 * padding + dilation * (kh - 1) + 1 +
 * outputPadding}.
 *
 * @param x {@code [n, c, h, w]}
 * @param weight {@code [kh, kw, out/groups, c]}, in layout {@link ParameterLayout#CONV2D}
 * @param bias {@code [out]}
 * @param settings those of the convolution; its padding is what is cut from the output
 * @param outputPadding rows and columns that the output has more at its end, less than the stride
 *     or the dilation: convolutions whose stride is not 1 take several sizes to the same one
 */
public record TransposedConvolution2d(
    Tensor x, Tensor weight, Optional<Tensor> bias, ConvSettings settings, Size2d outputPadding)
    implements Layer {

  public TransposedConvolution2d {
    Shapes.requireRank("x", x, 4);
    Shapes.requireRank("weight", weight, 4);
    Require.divisible("channels", x.size(1), "groups", settings.groups());
    Require.equal("channels of " + x, x.size(1), "input channels of the weight", weight.size(3));
    bias.ifPresent(
        b ->
            Require.equal(
                "length of the bias",
                b.length(),
                "output channels",
                weight.size(2) * settings.groups()));
    Shapes.requireNotNegative("outputPadding", outputPadding);
    Size2d stride = settings.stride();
    Size2d dilation = settings.dilation();
    Require.that(
        outputPadding.height() < Math.max(stride.height(), dilation.height())
            && outputPadding.width() < Math.max(stride.width(), dilation.width()),
        "outputPadding",
        outputPadding,
        "must be less than stride (=" + stride + ") or dilation (=" + dilation + ")");
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(x, weight), bias.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    Size2d reach = settings.reach(weight);
    Size2d stride = settings.stride();
    Size2d padding = settings.padding();
    return new long[] {
      x.size(0),
      weight.size(2) * settings.groups(),
      outputSize(2, stride.height(), padding.height(), reach.height() + outputPadding.height()),
      outputSize(3, stride.width(), padding.width(), reach.width() + outputPadding.width())
    };
  }

  private long outputSize(int axis, int stride, int padding, int last) {
    long size = (x.size(axis) - 1) * stride - 2L * padding + last;
    if (size < 1) {
      throw new IllegalArgumentException(
          "padding (=" + padding + ") must leave something of the output of " + x);
    }
    return size;
  }
}
