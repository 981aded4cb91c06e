package org.diffusion4j.core.prob;

import java.util.stream.IntStream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * A Gaussian with a diagonal covariance for each sample of a batch.
 *
 * @param mean {@code [n, c, ...]}
 * @param logVar the logarithm of the variance, {@code [n, c, ...]}
 */
public record DiagonalGaussian(Tensor mean, Tensor logVar) {
  /** The least log-variance of {@link #ofMoments}. */
  public static final double MIN_LOG_VAR = -30;

  /** The greatest log-variance of {@link #ofMoments}. */
  public static final double MAX_LOG_VAR = 20;

  public DiagonalGaussian {
    Require.that(mean.rank() >= 2, "mean", mean, "must have at least 2 axes");
    Require.that(
        logVar.shape().equals(mean.shape()), "logVar", logVar, "must have the shape of " + mean);
  }

  /**
   * From an encoder's moments: the mean, then the log-variance, along the channels. The
   * log-variance is clamped to [-30, 20], as diffusers does.
   *
   * @param moments {@code [n, 2c, ...]}
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
    return mean.plus(std(graph).times(noise));
  }

  /** The standard deviation {@code exp(logVar / 2)}, of the mean's shape. */
  public Tensor std(Graph graph) {
    return graph.apply(UnaryFunction.EXP, logVar.times(0.5));
  }

  /**
   * The divergence from the standard normal, in nats: {@code sum(mean^2 + exp(logVar) - 1 - logVar)
   * / 2} over all but the batch (Kingma and Welling 2014, appendix B).
   *
   * @return {@code [n]}
   */
  public Tensor kl(Graph graph) {
    Tensor squares = graph.apply(UnaryFunction.SQUARE, mean);
    Tensor terms = squares.plus(graph.apply(UnaryFunction.EXP, logVar));
    terms = graph.affine(terms.minus(logVar), 0.5, -0.5);
    return sumBySample(graph, terms);
  }

  /**
   * The divergence from another Gaussian, in nats: {@code sum((mean - mean')^2 / var' + var / var'
   * - 1 - log(var / var')) / 2} over all but the batch, where ' is the other's.
   *
   * @param other of the same shape
   * @return {@code [n]}
   */
  public Tensor kl(Graph graph, DiagonalGaussian other) {
    Tensor logRatio = logVar.minus(other.logVar);
    Tensor terms = other.squares(graph, mean).plus(graph.apply(UnaryFunction.EXP, logRatio));
    terms = graph.affine(terms.minus(logRatio), 0.5, -0.5);
    return sumBySample(graph, terms);
  }

  /**
   * The negative log-likelihood of a sample, in nats: {@code sum(log(2 pi) + logVar + (sample -
   * mean)^2 / exp(logVar)) / 2} over all but the batch.
   *
   * @param sample of the mean's shape
   * @return {@code [n]}
   */
  public Tensor nll(Graph graph, Tensor sample) {
    Tensor terms = logVar.plus(squares(graph, sample));
    return sumBySample(graph, graph.affine(terms, 0.5, 0.5 * Math.log(2 * Math.PI)));
  }

  /** {@code (x - mean)^2 / exp(logVar)}. */
  private Tensor squares(Graph graph, Tensor x) {
    Tensor squares = graph.apply(UnaryFunction.SQUARE, x.minus(mean));
    Tensor precision = graph.apply(UnaryFunction.EXP, logVar.times(-1));
    return squares.times(precision);
  }

  private static Tensor sumBySample(Graph graph, Tensor terms) {
    Integer[] axes = IntStream.range(1, terms.rank()).boxed().toArray(Integer[]::new);
    return graph.sum(terms, false, axes);
  }
}
