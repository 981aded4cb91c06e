package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Group normalization (Wu and He 2018): each group of channels of each image to mean 0 and variance
 * 1, then {@code * weight + bias} by channel.
 *
 * @param x {@code [n, c, h, w]}
 * @param weight {@code [c]}
 * @param bias {@code [c]}
 * @param epsilon added to the (biased) variance
 */
public record GroupNorm(Tensor x, Tensor weight, Tensor bias, int groups, double epsilon)
    implements Layer {

  public GroupNorm {
    Shapes.requireRank("x", x, 4);
    Require.divisible("channels", x.size(1), "groups", groups);
    if (x.size(1) / groups * x.size(2) * x.size(3) < 2) {
      throw new IllegalArgumentException("a group of " + x + " must have at least 2 values");
    }
    Require.equal("length of the weight", weight.length(), "channels", x.size(1));
    Require.equal("length of the bias", bias.length(), "channels", x.size(1));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, weight, bias);
  }

  /**
   * {@code x * a + b} with one a and b for each channel of each image: products of matrices with
   * columns are what ND4J broadcasts fastest, forward and backward.
   */
  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    long n = x.size(0);
    long channels = x.size(1);
    long space = x.size(2) * x.size(3);
    long channelsPerGroup = channels / groups;
    SDVariable grouped = sd.reshape(view.variable(x), n, groups, channelsPerGroup * space);
    SDVariable mean = sd.mean(grouped, true, 2);
    SDVariable variance = Moments.variance(sd, grouped, channelsPerGroup * space, 2);
    SDVariable weights = sd.reshape(view.variable(weight), 1, groups, channelsPerGroup);
    SDVariable biases = sd.reshape(view.variable(bias), 1, groups, channelsPerGroup);
    SDVariable a = sd.math.rsqrt(variance.add(epsilon)).mul(weights);
    SDVariable b = biases.sub(a.mul(mean));
    SDVariable rows = sd.reshape(view.variable(x), n * channels, space);
    SDVariable y = rows.mul(sd.reshape(a, n * channels, 1)).add(sd.reshape(b, n * channels, 1));
    return sd.reshape(y, x.shapeArray());
  }
}
