package org.diffusion4j.core.graph;

import java.util.List;
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
    Shapes.requirePositive("groups", groups);
    Shapes.requireDivisible("channels", x.size(1), "groups", groups);
    Shapes.requireEqual("length of the weight", weight.length(), "channels", x.size(1));
    Shapes.requireEqual("length of the bias", bias.length(), "channels", x.size(1));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, weight, bias);
  }

  @Override
  public long[] outputShape() {
    return x.shapeArray();
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    long channelsPerGroup = x.size(1) / groups;
    long space = x.size(2) * x.size(3);
    SDVariable grouped = sd.reshape(view.variable(x), x.size(0), groups, channelsPerGroup * space);
    SDVariable centered = grouped.sub(sd.mean(grouped, true, 2));
    SDVariable variance = sd.mean(sd.math.square(centered), true, 2);
    SDVariable normalized = centered.mul(sd.math.rsqrt(variance.add(epsilon)));
    SDVariable byChannel = sd.reshape(normalized, x.shapeArray());
    return byChannel
        .mul(sd.reshape(view.variable(weight), 1, x.size(1), 1, 1))
        .add(sd.reshape(view.variable(bias), 1, x.size(1), 1, 1));
  }
}
