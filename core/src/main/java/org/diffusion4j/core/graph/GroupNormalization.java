package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

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
}
