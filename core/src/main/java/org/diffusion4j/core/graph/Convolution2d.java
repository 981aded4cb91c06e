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
 * <p>With g groups, part i of the output's channels is the convolution of part i of the input's
 * channels with part i of the weight's outputs; depthwise convolution has a group for each channel.
 *
 * @param x {@code [n, c, h, w]}
 * @param weight {@code [kh, kw, c/groups, out]}
 * @param bias {@code [out]}
 */
public record Convolution2d(Tensor x, Tensor weight, Optional<Tensor> bias, ConvSettings settings)
    implements Layer {

  public Convolution2d {
    Shapes.requireRank("x", x, 4);
    Shapes.requireRank("weight", weight, 4);
    Require.divisible("channels", x.size(1), "groups", settings.groups());
    Require.divisible("output channels", weight.size(3), "groups", settings.groups());
    Require.equal(
        "channels of " + x + " in a group",
        x.size(1) / settings.groups(),
        "input channels of the weight",
        weight.size(2));
    bias.ifPresent(
        b -> Require.equal("length of the bias", b.length(), "output channels", weight.size(3)));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(x, weight), bias.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    Size2d reach = settings.reach(weight);
    return new long[] {
      x.size(0),
      weight.size(3),
      outputSize(2, reach.height(), settings.stride().height(), 2L * settings.padding().height()),
      outputSize(3, reach.width(), settings.stride().width(), 2L * settings.padding().width())
    };
  }

  private long outputSize(int axis, int reach, int stride, long padding) {
    long padded = x.size(axis) + padding;
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

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    Size2d reach = settings.reach(weight);
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(reach.height())
            .kW(reach.width())
            .sH(settings.stride().height())
            .sW(settings.stride().width())
            .pH(settings.padding().height())
            .pW(settings.padding().width())
            .paddingMode(PaddingMode.VALID)
            .dataFormat(Conv2DConfig.NCHW)
            .build();
    SDVariable input = view.variable(x);
    SDVariable kernel = Kernels.dilated(view, weight, settings);
    if (settings.groups() == 1) {
      return bias.isPresent()
          ? sd.cnn.conv2d(input, kernel, view.variable(bias.get()), config)
          : sd.cnn.conv2d(input, kernel, config);
    }
    boolean depthwise = weight.size(2) == 1;
    SDVariable y =
        depthwise ? depthwise(sd, input, kernel, config) : grouped(sd, input, kernel, config);
    return bias.isPresent() ? Kernels.addBias(view, y, bias.get()) : y;
  }

  private SDVariable depthwise(
      SameDiff sd, SDVariable input, SDVariable kernel, Conv2DConfig config) {
    long channels = x.size(1);
    SDVariable byChannel =
        sd.reshape(kernel, config.getKH(), config.getKW(), channels, weight.size(3) / channels);
    return sd.cnn.depthWiseConv2d(input, byChannel, config);
  }

  private SDVariable grouped(
      SameDiff sd, SDVariable input, SDVariable kernel, Conv2DConfig config) {
    int groups = settings.groups();
    long[] kernelShape = {config.getKH(), config.getKW(), weight.size(2), weight.size(3)};
    SDVariable[] parts = new SDVariable[groups];
    for (int group = 0; group < groups; group++) {
      parts[group] =
          sd.cnn.conv2d(
              Kernels.part(sd, input, x.shapeArray(), 1, group, groups),
              Kernels.part(sd, kernel, kernelShape, 3, group, groups),
              config);
    }
    return sd.concat(1, parts);
  }
}
