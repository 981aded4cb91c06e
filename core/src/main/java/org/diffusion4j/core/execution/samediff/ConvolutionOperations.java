package org.diffusion4j.core.execution.samediff;

import java.util.Arrays;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.TransposedConvolution2d;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions, groups of which ND4J has only as many as there are channels. */
final class ConvolutionOperations {
  private ConvolutionOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Convolution2d.class, ConvolutionOperations::conv);
    operations.put(TransposedConvolution2d.class, ConvolutionOperations::convTranspose);
  }

  private static SDVariable conv(Convolution2d conv, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    ConvSettings settings = conv.settings();
    Tensor weight = conv.weight();
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
    SDVariable x = variables.of(conv.x());
    SDVariable kernel = dilated(variables, weight, settings);
    int groups = settings.groups();
    if (groups == 1) {
      return conv.bias().isPresent()
          ? sd.cnn.conv2d(x, kernel, variables.of(conv.bias().get()), config)
          : sd.cnn.conv2d(x, kernel, config);
    }
    SDVariable y;
    if (weight.size(2) == 1) {
      SDVariable byChannel =
          sd.reshape(kernel, reach.height(), reach.width(), groups, weight.size(3) / groups);
      y = sd.cnn.depthWiseConv2d(x, byChannel, config);
    } else {
      SDVariable[] parts = new SDVariable[groups];
      for (int group = 0; group < groups; group++) {
        parts[group] =
            sd.cnn.conv2d(
                part(sd, x, conv.x().shapeArray(), 1, group, groups),
                part(sd, kernel, kernelShape(reach, weight), 3, group, groups),
                config);
      }
      y = sd.concat(1, parts);
    }
    return conv.bias().isPresent() ? withBias(variables, y, conv.bias().get()) : y;
  }

  private static SDVariable convTranspose(TransposedConvolution2d conv, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    ConvSettings settings = conv.settings();
    Tensor weight = conv.weight();
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
    SDVariable x = variables.of(conv.x());
    SDVariable kernel = dilated(variables, weight, settings);
    int groups = settings.groups();
    SDVariable whole;
    if (groups == 1) {
      whole = sd.cnn.deconv2d(x, kernel, config);
    } else {
      SDVariable[] parts = new SDVariable[groups];
      for (int group = 0; group < groups; group++) {
        parts[group] =
            sd.cnn.deconv2d(
                part(sd, x, conv.x().shapeArray(), 1, group, groups),
                part(sd, kernel, kernelShape(reach, weight), 3, group, groups),
                config);
      }
      whole = sd.concat(1, parts);
    }
    SDVariable y = withoutPadding(sd, whole, conv);
    return conv.bias().isPresent() ? withBias(variables, y, conv.bias().get()) : y;
  }

  /** What is left of the whole output; output padding may reach beyond it, where x adds nothing. */
  private static SDVariable withoutPadding(
      SameDiff sd, SDVariable whole, TransposedConvolution2d conv) {
    Size2d padding = conv.settings().padding();
    int below = Math.max(0, conv.outputPadding().height() - padding.height());
    int right = Math.max(0, conv.outputPadding().width() - padding.width());
    SDVariable y = ImageOperations.pad(sd, whole, 0, right, 0, below, 0);
    return padding.equals(Size2d.of(0))
        ? y
        : sd.slice(
            y, new int[] {0, 0, padding.height(), padding.width()}, ints(conv.outputShape()));
  }

  /**
   * The weight with zeros between its taps: ND4J's oneDNN kernels refuse dilation.
   *
   * @param weight {@code [kh, kw, in, out]}
   */
  private static SDVariable dilated(
      GraphVariables variables, Tensor weight, ConvSettings settings) {
    Size2d dilation = settings.dilation();
    if (dilation.equals(Size2d.of(1))) {
      return variables.of(weight);
    }
    SameDiff sd = variables.sameDiff();
    long height = weight.size(0);
    long width = weight.size(1);
    long kernels = weight.size(2) * weight.size(3);
    int[][] zeros = {{0, 0}, {0, dilation.height() - 1}, {0, 0}, {0, dilation.width() - 1}, {0, 0}};
    SDVariable apart =
        sd.nn.pad(
            sd.reshape(variables.of(weight), height, 1, width, 1, kernels),
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
    int[] size = ints(kernelShape(settings.reach(weight), weight));
    return sd.slice(plane, new int[size.length], size);
  }

  /** The shape of a dilated weight. */
  private static long[] kernelShape(Size2d reach, Tensor weight) {
    return new long[] {reach.height(), reach.width(), weight.size(2), weight.size(3)};
  }

  /** One of {@code parts} equal parts of an axis. */
  private static SDVariable part(
      SameDiff sd, SDVariable x, long[] shape, int axis, int part, int parts) {
    int[] begin = new int[shape.length];
    int[] size = ints(shape);
    size[axis] /= parts;
    begin[axis] = part * size[axis];
    return sd.slice(x, begin, size);
  }

  /** Adds a bias {@code [c]} to the channels of {@code [n, c, h, w]}. */
  private static SDVariable withBias(GraphVariables variables, SDVariable y, Tensor bias) {
    return y.add(variables.sameDiff().reshape(variables.of(bias), 1, bias.length(), 1, 1));
  }

  /** Sizes as ND4J's slices take them. */
  private static int[] ints(long... sizes) {
    return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
  }
}
