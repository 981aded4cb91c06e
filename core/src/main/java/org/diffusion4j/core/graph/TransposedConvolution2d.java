package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;

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

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    Size2d reach = settings.reach(weight);
    DeConv2DConfig config =
        DeConv2DConfig.builder()
            .kH(reach.height())
            .kW(reach.width())
            .sH(settings.stride().height())
            .sW(settings.stride().width())
            .isSameMode(false)
            .dataFormat(DeConv2DConfig.NCHW)
            .build();
    SDVariable input = view.variable(x);
    SDVariable kernel = Kernels.dilated(view, weight, settings);
    SDVariable whole =
        settings.groups() == 1
            ? sd.cnn.deconv2d(input, kernel, config)
            : grouped(sd, input, kernel, config);
    SDVariable y = withoutPadding(sd, whole);
    return bias.isPresent() ? Kernels.addBias(view, y, bias.get()) : y;
  }

  private SDVariable grouped(
      SameDiff sd, SDVariable input, SDVariable kernel, DeConv2DConfig config) {
    int groups = settings.groups();
    long[] kernelShape = {config.getKH(), config.getKW(), weight.size(2), weight.size(3)};
    SDVariable[] parts = new SDVariable[groups];
    for (int group = 0; group < groups; group++) {
      parts[group] =
          sd.cnn.deconv2d(
              Kernels.part(sd, input, x.shapeArray(), 1, group, groups),
              Kernels.part(sd, kernel, kernelShape, 3, group, groups),
              config);
    }
    return sd.concat(1, parts);
  }

  /** What is left of the whole output; output padding may reach beyond it, where x adds nothing. */
  private SDVariable withoutPadding(SameDiff sd, SDVariable whole) {
    Size2d padding = settings.padding();
    int below = Math.max(0, outputPadding.height() - padding.height());
    int right = Math.max(0, outputPadding.width() - padding.width());
    SDVariable y = Pad2d.pad(sd, whole, 0, right, 0, below, 0);
    return padding.equals(Size2d.of(0))
        ? y
        : sd.slice(
            y, new int[] {0, 0, padding.height(), padding.width()}, Shapes.ints(outputShape()));
  }
}
