package org.diffusion4j.core.nn;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * The residual block of diffusion models (He et al. 2016, Ho et al. 2020).
 *
 * <p>With a the activation, r the resampling and t the time embedding:
 *
 * <pre>
 * h = conv1(r(a(norm1(x))))
 * h = norm2(h + time_emb_proj(a(t)))                                        default
 * h = norm2(h) (1 + scale) + shift,  [scale, shift] = time_emb_proj(a(t))   scale_shift
 * y = (shortcut(r(x)) + conv2(a(h))) / outputScaleFactor
 * </pre>
 *
 * @param outChannels the channels of the output
 * @param groups the groups of both norms
 * @param epsilon the epsilon of both norms
 * @param activation a
 * @param timeScaleShift how the time embedding takes part
 * @param resampling what becomes of the size
 * @param outputScaleFactor what the sum is divided by
 */
public record ResnetBlock2D(
    long outChannels,
    int groups,
    double epsilon,
    UnaryFunction activation,
    TimeScaleShift timeScaleShift,
    Resampling resampling,
    double outputScaleFactor) {

  /** How the time embedding takes part. */
  public enum TimeScaleShift {
    /** It is added before the second norm. */
    @JsonProperty("default")
    DEFAULT,
    /** It scales and shifts after the second norm (Dhariwal and Nichol 2021, section 3.1). */
    @JsonProperty("scale_shift")
    SCALE_SHIFT
  }

  /** What becomes of the size, without parameters. */
  public enum Resampling {
    /** It stays. */
    NONE,
    /** It is halved: the mean of two by two pixels. */
    DOWN,
    /** It is doubled by nearest neighbours. */
    UP
  }

  public ResnetBlock2D {
    Require.that(
        Double.isFinite(outputScaleFactor) && outputScaleFactor != 0,
        "outputScaleFactor",
        outputScaleFactor,
        "must be finite and not 0");
  }

  /** With SiLU, the time added, and the size as it is. */
  public ResnetBlock2D(long outChannels, int groups, double epsilon) {
    this(
        outChannels,
        groups,
        epsilon,
        UnaryFunction.SILU,
        TimeScaleShift.DEFAULT,
        Resampling.NONE,
        1);
  }

  /** This block with another resampling. */
  public ResnetBlock2D withResampling(Resampling resampling) {
    return new ResnetBlock2D(
        outChannels, groups, epsilon, activation, timeScaleShift, resampling, outputScaleFactor);
  }

  /**
   * Adds the block of a model that is not conditioned on time.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, outChannels, h', w']}
   */
  public Tensor build(Graph graph, Tensor x) {
    return build(graph, x, Optional.empty());
  }

  /**
   * Adds the block of a model that is conditioned on time.
   *
   * @param x {@code [n, c, h, w]}
   * @param timeEmbedding {@code [n, d]}
   * @return {@code [n, outChannels, h', w']}
   */
  public Tensor build(Graph graph, Tensor x, Tensor timeEmbedding) {
    return build(graph, x, Optional.of(timeEmbedding));
  }

  private Tensor build(Graph graph, Tensor x, Optional<Tensor> timeEmbedding) {
    Tensor h = new GroupNorm(groups, epsilon).build(graph.scope("norm1"), x);
    h = resample(graph, graph.apply(activation, h));
    h = Conv2d.same3x3(outChannels).build(graph.scope("conv1"), h);
    h = secondNorm(graph, h, timeEmbedding.map(t -> graph.apply(activation, t)));
    h = Conv2d.same3x3(outChannels).build(graph.scope("conv2"), graph.apply(activation, h));
    Tensor shortcut = resample(graph, x);
    if (x.size(1) != outChannels) {
      shortcut = Conv2d.pointwise(outChannels).build(graph.scope("conv_shortcut"), shortcut);
    }
    Tensor sum = graph.plus(shortcut, h);
    return outputScaleFactor == 1 ? sum : sum.times(1 / outputScaleFactor);
  }

  private Tensor secondNorm(Graph graph, Tensor h, Optional<Tensor> time) {
    Graph norm = graph.scope("norm2");
    if (time.isEmpty()) {
      return new GroupNorm(groups, epsilon).build(norm, h);
    }
    Graph projection = graph.scope("time_emb_proj");
    return switch (timeScaleShift) {
      case DEFAULT -> {
        Tensor shift = perChannel(graph, new Linear(outChannels).build(projection, time.get()));
        yield new GroupNorm(groups, epsilon).build(norm, graph.plus(h, shift));
      }
      case SCALE_SHIFT -> {
        Tensor both = new Linear(2 * outChannels).build(projection, time.get());
        Tensor scale = perChannel(graph, graph.slice(both, 1, 0, outChannels));
        Tensor shift = perChannel(graph, graph.slice(both, 1, outChannels, 2 * outChannels));
        Tensor normalized = new GroupNorm(groups, epsilon).build(norm, h);
        yield normalized.times(scale.plus(1)).plus(shift);
      }
    };
  }

  /** {@code [n, c] -> [n, c, 1, 1]}. */
  private static Tensor perChannel(Graph graph, Tensor x) {
    return graph.reshape(x, x.size(0), x.size(1), 1, 1);
  }

  private Tensor resample(Graph graph, Tensor x) {
    return switch (resampling) {
      case NONE -> x;
      case DOWN -> Downsample2D.AVERAGED.build(graph, x);
      case UP -> graph.upsample2d(x, 2);
    };
  }
}
