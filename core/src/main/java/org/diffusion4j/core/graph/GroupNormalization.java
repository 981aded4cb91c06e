package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Group normalization (Wu and He 2018): each group of channels of each sample to mean 0 and
 * variance 1, then {@code * weight + bias} by channel where these are given.
 *
 * @param x {@code [n, c, ...]}, such as images {@code [n, c, h, w]} or sequences {@code [n, c, s]}
 * @param weight {@code [c]}
 * @param bias {@code [c]}
 * @param epsilon added to the (biased) variance
 */
public record GroupNormalization(
    Tensor x, Optional<Tensor> weight, Optional<Tensor> bias, int groups, double epsilon)
    implements Layer {

  public GroupNormalization {
    Require.that(x.rank() >= 2, "x", x, "must have at least 2 axes");
    long channels = x.size(1);
    Require.divisible("channels", channels, "groups", groups);
    if (x.length() / x.size(0) / groups < 2) {
      throw new IllegalArgumentException("a group of " + x + " must have at least 2 values");
    }
    weight.ifPresent(w -> Require.equal("length of the weight", w.length(), "channels", channels));
    bias.ifPresent(b -> Require.equal("length of the bias", b.length(), "channels", channels));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.of(Stream.of(x), weight.stream(), bias.stream()).flatMap(s -> s).toList();
  }

  /**
   * {@code x * a + b} with one a and b for each channel of each sample: products of matrices with
   * columns are what ND4J broadcasts fastest, forward and backward.
   */
  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    long n = x.size(0);
    long channels = x.size(1);
    long space = x.length() / n / channels;
    long channelsPerGroup = channels / groups;
    SDVariable grouped = sd.reshape(view.variable(x), n, groups, channelsPerGroup * space);
    SDVariable mean = sd.mean(grouped, true, 2);
    SDVariable variance = Moments.variance(sd, grouped, channelsPerGroup * space, 2);
    SDVariable weights = byGroup(view, weight, 1);
    SDVariable biases = byGroup(view, bias, 0);
    SDVariable a = sd.math.rsqrt(variance.add(epsilon)).mul(weights);
    SDVariable b = biases.sub(a.mul(mean));
    SDVariable rows = sd.reshape(view.variable(x), n * channels, space);
    SDVariable y = rows.mul(sd.reshape(a, n * channels, 1)).add(sd.reshape(b, n * channels, 1));
    return sd.reshape(y, x.shapeArray());
  }

  /** {@code [1, groups, c/groups]}: the parameter, or a constant in its place. */
  private SDVariable byGroup(SameDiffView view, Optional<Tensor> parameter, double otherwise) {
    long channels = x.size(1);
    long[] shape = {1, groups, channels / groups};
    if (parameter.isPresent()) {
      return view.sameDiff().reshape(view.variable(parameter.get()), shape);
    }
    double[] values = new double[Math.toIntExact(channels)];
    Arrays.fill(values, otherwise);
    return view.constant(values, shape);
  }
}
