package org.diffusion4j.core.prob;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * A Gaussian with a diagonal covariance for each image of a batch.
 *
 * @param mean {@code [n, c, h, w]}
 * @param logVar the logarithm of the variance, {@code [n, c, h, w]}
 */
public record DiagonalGaussian(Tensor mean, Tensor logVar) {
  private static final double MIN_LOG_VAR = -30;
  private static final double MAX_LOG_VAR = 20;

  /**
   * From an encoder's moments: the mean, then the log-variance, along the channels. The
   * log-variance is clamped to [-30, 20], as diffusers does.
   *
   * @param moments {@code [n, 2c, h, w]}
   */
  public static DiagonalGaussian ofMoments(Graph graph, Tensor moments) {
    long channels = moments.size(1);
    Require.that(channels % 2 == 0, "channels of moments", channels, "must be even");
    Tensor mean = graph.slice(moments, 1, 0, channels / 2);
    Tensor logVar = graph.slice(moments, 1, channels / 2, channels);
    return new DiagonalGaussian(mean, graph.clip(logVar, MIN_LOG_VAR, MAX_LOG_VAR));
  }

  /**
   * A sample that gradients flow through: {@code mean + exp(logVar / 2) * noise} (Kingma and
   * Welling 2014, section 2.4).
   *
   * @param noise standard normal values of the mean's shape
   */
  public Tensor sample(Graph graph, Tensor noise) {
    Tensor deviation = graph.apply(UnaryFunction.EXP, graph.scale(logVar, 0.5));
    return graph.add(mean, graph.multiply(deviation, noise));
  }

  /**
   * The divergence from the standard normal, in nats: {@code sum(mean^2 + exp(logVar) - 1 - logVar)
   * / 2} over all but the batch (Kingma and Welling 2014, appendix B).
   *
   * @return {@code [n]}
   */
  public Tensor kl(Graph graph) {
    Tensor squares = graph.apply(UnaryFunction.SQUARE, mean);
    Tensor terms = graph.add(squares, graph.apply(UnaryFunction.EXP, logVar));
    terms = graph.affine(graph.subtract(terms, logVar), 0.5, -0.5);
    return graph.sum(terms, false, 1, 2, 3);
  }
}
