package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/** A linear layer, {@code y = x W + b}: parameters {@code weight} and {@code bias}. */
public final class Linear {
  private Linear() {}

  /**
   * With bias.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  public static Tensor build(Graph graph, Tensor x, long out) {
    Tensor bias =
        graph.parameter("bias", ParameterLayout.PLAIN, Initializer.fanIn(x.size(-1)), out);
    return graph.dense(x, weight(graph, x, out), bias);
  }

  /**
   * Without bias.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  public static Tensor withoutBias(Graph graph, Tensor x, long out) {
    return graph.dense(x, weight(graph, x, out));
  }

  private static Tensor weight(Graph graph, Tensor x, long out) {
    long in = x.size(-1);
    return graph.parameter("weight", ParameterLayout.LINEAR, Initializer.fanIn(in), in, out);
  }
}
