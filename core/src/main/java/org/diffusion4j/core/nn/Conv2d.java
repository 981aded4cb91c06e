package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/** 2-D convolution: parameters {@code weight} and {@code bias}. */
public final class Conv2d {
  private Conv2d() {}

  /**
   * With bias.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, out, h', w']}
   */
  public static Tensor build(
      Graph graph, Tensor x, long out, Size2d kernel, ConvSettings settings) {
    long in = x.size(1) / settings.groups();
    Tensor bias = graph.parameter("bias", ParameterLayout.PLAIN, initializer(in, kernel), out);
    return graph.conv2d(x, weight(graph, in, out, kernel), bias, settings);
  }

  /**
   * With bias and a square kernel.
   *
   * @param x {@code [n, c, h, w]}
   * @param padding zeros on all four sides
   * @return {@code [n, out, h', w']}
   */
  public static Tensor build(Graph graph, Tensor x, long out, int kernel, int stride, int padding) {
    ConvSettings settings = ConvSettings.DEFAULT.withStride(stride).withPadding(padding);
    return build(graph, x, out, Size2d.of(kernel), settings);
  }

  /** Kernel 3, stride 1, padding 1: the size stays. */
  public static Tensor same3x3(Graph graph, Tensor x, long out) {
    return build(graph, x, out, 3, 1, 1);
  }

  /** Kernel 1: a linear layer on the channels of every pixel. */
  public static Tensor pointwise(Graph graph, Tensor x, long out) {
    return build(graph, x, out, 1, 1, 0);
  }

  /** Without bias and padding, kernel and stride equal: non-overlapping patches. */
  public static Tensor patches(Graph graph, Tensor x, long out, int size) {
    Tensor weight = weight(graph, x.size(1), out, Size2d.of(size));
    return graph.conv2d(x, weight, ConvSettings.DEFAULT.withStride(size));
  }

  private static Tensor weight(Graph graph, long in, long out, Size2d kernel) {
    return graph.parameter(
        "weight",
        ParameterLayout.CONV2D,
        initializer(in, kernel),
        kernel.height(),
        kernel.width(),
        in,
        out);
  }

  private static Initializer initializer(long in, Size2d kernel) {
    return Initializer.fanIn(in * kernel.height() * kernel.width());
  }
}
