package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/**
 * Group normalization (Wu and He 2018): parameters {@code weight} and {@code bias}.
 *
 * @param epsilon added to the variance
 */
public record GroupNorm(int groups, double epsilon) {

  /**
   * Normalizes each group of channels of each image.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h, w]}
   */
  public Tensor build(Graph graph, Tensor x) {
    long channels = x.size(1);
    return graph.groupNorm(
        x,
        graph.parameter("weight", ParameterLayout.PLAIN, Initializer.ONES, channels),
        graph.parameter("bias", ParameterLayout.PLAIN, Initializer.ZEROS, channels),
        groups,
        epsilon);
  }
}
