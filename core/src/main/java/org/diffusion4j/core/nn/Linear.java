package org.diffusion4j.core.nn;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/**
 * A linear layer, {@code y = x W + b}: parameters {@code weight} and {@code bias}.
 *
 * @param out features of the output
 * @param hasBias whether b is added
 */
public record Linear(long out, boolean hasBias) {

  /** With bias. */
  public Linear(long out) {
    this(out, true);
  }

  /** Without bias. */
  public static Linear withoutBias(long out) {
    return new Linear(out, false);
  }

  /**
   * Adds the layer.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  public Tensor build(Graph graph, Tensor x) {
    long in = x.size(-1);
    Initializer initializer = Initializer.fanIn(in);
    Optional<Tensor> bias =
        hasBias
            ? Optional.of(graph.parameter("bias", ParameterLayout.PLAIN, initializer, out))
            : Optional.empty();
    Tensor weight = graph.parameter("weight", ParameterLayout.LINEAR, initializer, in, out);
    return bias.isPresent() ? graph.dense(x, weight, bias.get()) : graph.dense(x, weight);
  }
}
