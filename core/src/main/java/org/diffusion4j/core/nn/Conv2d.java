package org.diffusion4j.core.nn;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/** 2-D convolution with a square kernel: parameters {@code weight} and {@code bias}. */
public final class Conv2d {
  private Conv2d() {}

  /**
   * With bias.
   *
   * @param x {@code [n, c, h, w]}
   * @param padding zeros on all four sides
   * @return {@code [n, out, h', w']}
   */
  public static Tensor build(Graph graph, Tensor x, long out, int kernel, int stride, int padding) {
    Initializer initializer = Initializer.fanIn(x.size(1) * kernel * kernel);
    Tensor bias = graph.parameter("bias", ParameterLayout.PLAIN, initializer, out);
    return graph.conv2d(x, weight(graph, x, out, kernel), Optional.of(bias), stride, padding, 1);
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
    return graph.conv2d(x, weight(graph, x, out, size), Optional.empty(), size, 0, 1);
  }

  private static Tensor weight(Graph graph, Tensor x, long out, int kernel) {
    long in = x.size(1);
    return graph.parameter(
        "weight",
        ParameterLayout.CONV2D,
        Initializer.fanIn(in * kernel * kernel),
        kernel,
        kernel,
        in,
        out);
  }
}
