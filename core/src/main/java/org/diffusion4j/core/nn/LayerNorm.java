package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/**
 * Layer normalization (Ba et al. 2016): parameters {@code weight} and {@code bias}.
 *
 * @param epsilon added to the variance
 */
public record LayerNorm(double epsilon) {

  /**
   * Normalizes the last axis.
   *
   * @param x {@code [..., d]}
   * @return {@code [..., d]}
   */
  public Tensor build(Graph graph, Tensor x) {
    long features = x.size(-1);
    return graph.layerNorm(
        x,
        graph.parameter("weight", ParameterLayout.PLAIN, Initializer.ONES, features),
        graph.parameter("bias", ParameterLayout.PLAIN, Initializer.ZEROS, features),
        epsilon);
  }
}
