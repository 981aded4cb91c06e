package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

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
}
