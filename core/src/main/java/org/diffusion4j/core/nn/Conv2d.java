package org.diffusion4j.core.nn;

import java.util.Optional;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/**
 * 2-D convolution: parameters {@code weight} and {@code bias}.
 *
 * @param out channels of the output
 * @param hasBias whether a bias is added
 */
public record Conv2d(long out, Size2d kernel, ConvSettings settings, boolean hasBias) {

  /** With bias. */
  public Conv2d(long out, Size2d kernel, ConvSettings settings) {
    this(out, kernel, settings, true);
  }

  /**
   * With bias and a square kernel.
   *
   * @param padding zeros on all four sides
   */
  public static Conv2d square(long out, int kernel, int stride, int padding) {
    ConvSettings settings = ConvSettings.DEFAULT.withStride(stride).withPadding(padding);
    return new Conv2d(out, Size2d.of(kernel), settings);
  }

  /** Kernel 3, stride 1, padding 1: the size stays. */
  public static Conv2d same3x3(long out) {
    return square(out, 3, 1, 1);
  }

  /** Kernel 1: a linear layer on the channels of every pixel. */
  public static Conv2d pointwise(long out) {
    return square(out, 1, 1, 0);
  }

  /** Without bias and padding, kernel and stride equal: non-overlapping patches. */
  public static Conv2d patches(long out, int size) {
    return new Conv2d(out, Size2d.of(size), ConvSettings.DEFAULT.withStride(size), false);
  }

  /**
   * Adds the convolution.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, out, h', w']}
   */
  public Tensor build(Graph graph, Tensor x) {
    long in = x.size(1) / settings.groups();
    int height = kernel.height();
    int width = kernel.width();
    Initializer initializer = Initializer.fanIn(in * height * width);
    Optional<Tensor> bias =
        hasBias
            ? Optional.of(graph.parameter("bias", ParameterLayout.PLAIN, initializer, out))
            : Optional.empty();
    Tensor weight =
        graph.parameter("weight", ParameterLayout.CONV2D, initializer, height, width, in, out);
    return bias.isPresent()
        ? graph.conv2d(x, weight, bias.get(), settings)
        : graph.conv2d(x, weight, settings);
  }
}
