package org.diffusion4j.core.nn;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/** Layer normalization (Ba et al. 2016): parameters {@code weight} and {@code bias}. */
public final class LayerNorm {
  private LayerNorm() {}

  /**
   * Normalizes the last axis.
   *
   * @param x {@code [..., d]}
   * @return {@code [..., d]}
   */
  public static Tensor build(Graph graph, Tensor x, double epsilon) {
    long features = x.size(-1);
    return graph.layerNorm(
        x,
        graph.parameter("weight", ParameterLayout.PLAIN, Initializer.ONES, features),
        graph.parameter("bias", ParameterLayout.PLAIN, Initializer.ZEROS, features),
        epsilon);
  }
}
