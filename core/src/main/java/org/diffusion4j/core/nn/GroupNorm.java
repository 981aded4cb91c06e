package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/** Group normalization (Wu and He 2018): parameters {@code weight} and {@code bias}. */
public final class GroupNorm {
  private GroupNorm() {}

  /**
   * Normalizes each group of channels of each image.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h, w]}
   */
  public static Tensor build(Graph graph, Tensor x, int groups, double epsilon) {
    long channels = x.size(1);
    return graph.groupNorm(
        x,
        graph.parameter("weight", ParameterLayout.PLAIN, Initializer.ONES, channels),
        graph.parameter("bias", ParameterLayout.PLAIN, Initializer.ZEROS, channels),
        groups,
        epsilon);
  }
}
