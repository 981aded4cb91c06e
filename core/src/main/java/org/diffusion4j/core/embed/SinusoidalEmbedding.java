package org.diffusion4j.core.embed;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * The sinusoidal embedding of times (Vaswani et al. 2017, section 3.5), as diffusers' {@code
 * get_timestep_embedding}.
 *
 * <p>With {@code half = dim / 2} frequencies {@code f_i = maxPeriod^(-i / (half -
 * downscaleFreqShift))}: {@code [sin(t f), cos(t f)]}, or the cosines first; an odd {@code dim}
 * ends in a zero.
 *
 * @param dim the length of the embedding
 * @param flipSinToCos whether the cosines come first
 * @param downscaleFreqShift 0 or 1: whether the last frequency is next to or at {@code 1/maxPeriod}
 * @param scale multiplies the angles
 * @param maxPeriod the longest period, divided by 2 pi
 */
public record SinusoidalEmbedding(
    int dim, boolean flipSinToCos, double downscaleFreqShift, double scale, double maxPeriod) {
  private static final double DEFAULT_MAX_PERIOD = 10_000;

  public SinusoidalEmbedding {
    Require.atLeast("dim", dim, 2);
    int half = dim / 2;
    Require.that(
        downscaleFreqShift < half,
        "downscaleFreqShift",
        downscaleFreqShift,
        "must be less than half of dim (=" + dim + ")");
    Require.positive("maxPeriod", maxPeriod);
  }

  /** With scale 1 and period 10,000. */
  public SinusoidalEmbedding(int dim, boolean flipSinToCos, double downscaleFreqShift) {
    this(dim, flipSinToCos, downscaleFreqShift, 1, DEFAULT_MAX_PERIOD);
  }

  /**
   * Adds the embedding.
   *
   * @param timesteps {@code [n]}
   * @return {@code [n, dim]}
   */
  public Tensor build(Graph graph, Tensor timesteps) {
    int half = dim / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.exp(-Math.log(maxPeriod) * i / (half - downscaleFreqShift));
    }
    Tensor angles =
        graph.reshape(timesteps, timesteps.size(0), 1).times(graph.constant(frequencies, 1, half));
    if (scale != 1) {
      angles = angles.times(scale);
    }
    Tensor sin = graph.apply(UnaryFunction.SIN, angles);
    Tensor cos = graph.apply(UnaryFunction.COS, angles);
    Tensor embedding = flipSinToCos ? graph.concat(1, cos, sin) : graph.concat(1, sin, cos);
    if (dim % 2 == 0) {
      return embedding;
    }
    long n = timesteps.size(0);
    return graph.concat(1, embedding, graph.constant(new double[Math.toIntExact(n)], n, 1));
  }
}
