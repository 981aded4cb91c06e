package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * Batch normalization (Ioffe and Szegedy 2015) with given statistics: {@code (x - mean) /
 * sqrt(variance + epsilon) * weight + bias} by channel.
 *
 * <p>In evaluation the statistics are the running ones, in training those of x itself, through
 * which the gradient flows too.
 *
 * @param x {@code [n, c, ...]}
 * @param mean {@code [c]}
 * @param variance {@code [c]}
 * @param weight {@code [c]}
 * @param bias {@code [c]}
 * @param epsilon added to the variance
 */
public record BatchNormalization(
    Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double epsilon)
    implements Layer {

  public BatchNormalization {
    Require.that(x.rank() >= 2, "x", x, "must have an axis of channels");
    Require.equal("length of the mean", mean.length(), "channels", x.size(1));
    Require.equal("length of the variance", variance.length(), "channels", x.size(1));
    Require.equal("length of the weight", weight.length(), "channels", x.size(1));
    Require.equal("length of the bias", bias.length(), "channels", x.size(1));
    Require.notNegative("epsilon", epsilon);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, mean, variance, weight, bias);
  }
}
