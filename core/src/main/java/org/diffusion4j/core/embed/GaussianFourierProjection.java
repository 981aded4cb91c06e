package org.diffusion4j.core.embed;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * Random Fourier features of noise levels (Tancik et al. 2020; Song et al. 2021, "Score-Based
 * Generative Modeling through Stochastic Differential Equations", appendix C).
 *
 * <p>With frequencies f drawn once from a normal distribution: {@code [sin(2 pi x f), cos(2 pi x
 * f)]}, or the cosines first. The frequencies are the parameter {@code weight}, which is stored
 * with a model and which trainings leave out of what they train.
 *
 * @param embeddingSize the number of frequencies, half the length of the embedding
 * @param scale the standard deviation of the frequencies
 * @param log whether the logarithm of x is embedded
 * @param flipSinToCos whether the cosines come first
 */
public record GaussianFourierProjection(
    int embeddingSize, double scale, boolean log, boolean flipSinToCos) {

  public GaussianFourierProjection {
    Require.positive("embeddingSize", embeddingSize);
    Require.positive("scale", scale);
  }

  /**
   * Adds the embedding.
   *
   * @param x noise levels, {@code [n]}; positive where their logarithm is embedded
   * @return {@code [n, 2 * embeddingSize]}
   */
  public Tensor build(Graph graph, Tensor x) {
    Tensor frequencies =
        graph.parameter(
            "weight", ParameterLayout.PLAIN, new Initializer.Normal(scale), embeddingSize);
    Tensor levels = log ? graph.apply(UnaryFunction.LOG, x) : x;
    Tensor cycles = graph.reshape(levels, x.size(0), 1).times(frequencies);
    Tensor angles = cycles.times(2 * Math.PI);
    Tensor sin = graph.apply(UnaryFunction.SIN, angles);
    Tensor cos = graph.apply(UnaryFunction.COS, angles);
    return flipSinToCos ? graph.concat(1, cos, sin) : graph.concat(1, sin, cos);
  }
}
