package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/**
 * 1-D convolution, that of images of height 1: parameters {@code weight} and {@code bias}.
 *
 * @param out channels of the output
 * @param kernel the number of taps
 * @param settings of which the width counts
 */
public record Conv1d(long out, int kernel, ConvSettings settings) {

  /**
   * Adds the convolution.
   *
   * @param x {@code [n, c, s]}
   * @return {@code [n, out, s']}
   */
  public Tensor build(Graph graph, Tensor x) {
    long in = x.size(1) / settings.groups();
    Initializer initializer = Initializer.fanIn(in * kernel);
    Tensor weight = graph.parameter("weight", ParameterLayout.CONV1D, initializer, kernel, in, out);
    Tensor bias = graph.parameter("bias", ParameterLayout.PLAIN, initializer, out);
    return apply(graph, x, weight, bias, settings);
  }

  /**
   * With a weight that is given.
   *
   * @param x {@code [n, c, s]}
   * @param weight {@code [k, c/groups, out]}
   * @param bias {@code [out]}
   * @param settings of which the width counts
   * @return {@code [n, out, s']}
   */
  public static Tensor apply(
      Graph graph, Tensor x, Tensor weight, Tensor bias, ConvSettings settings) {
    Tensor image = image(graph, x);
    return sequence(graph, graph.conv2d(image, kernel(graph, weight), bias, alongWidth(settings)));
  }

  /** With a weight that is given, without bias. */
  public static Tensor apply(Graph graph, Tensor x, Tensor weight, ConvSettings settings) {
    Tensor image = image(graph, x);
    return sequence(graph, graph.conv2d(image, kernel(graph, weight), alongWidth(settings)));
  }

  /** {@code [n, c, s] -> [n, c, 1, s]}. */
  private static Tensor image(Graph graph, Tensor x) {
    return graph.reshape(x, x.size(0), x.size(1), 1, x.size(2));
  }

  /** {@code [n, c, 1, s] -> [n, c, s]}. */
  private static Tensor sequence(Graph graph, Tensor y) {
    return graph.reshape(y, y.size(0), y.size(1), y.size(3));
  }

  /** {@code [k, c, out] -> [1, k, c, out]}. */
  private static Tensor kernel(Graph graph, Tensor weight) {
    return graph.reshape(weight, 1, weight.size(0), weight.size(1), weight.size(2));
  }

  private static ConvSettings alongWidth(ConvSettings settings) {
    return new ConvSettings(
        new Size2d(1, settings.stride().width()),
        new Size2d(0, settings.padding().width()),
        new Size2d(1, settings.dilation().width()),
        settings.groups());
  }
}
