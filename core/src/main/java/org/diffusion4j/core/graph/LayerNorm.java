package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Layer normalization over the last axis (Ba et al. 2016), then {@code * weight + bias}.
 *
 * @param x {@code [..., d]}
 * @param weight {@code [d]}
 * @param bias {@code [d]}
 * @param epsilon added to the (biased) variance
 */
public record LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) implements Layer {

  public LayerNorm {
    if (x.size(-1) < 2) {
      throw new IllegalArgumentException("last axis of " + x + " must have at least 2 values");
    }
    Require.equal("length of the weight", weight.length(), "features", x.size(-1));
    Require.equal("length of the bias", bias.length(), "features", x.size(-1));
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, weight, bias);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    long features = x.size(-1);
    SDVariable rows = sd.reshape(view.variable(x), x.length() / features, features);
    SDVariable mean = sd.mean(rows, true, 1);
    SDVariable scale = sd.math.rsqrt(Moments.variance(sd, rows, features, 1).add(epsilon));
    SDVariable normalized = rows.mul(scale).sub(mean.mul(scale));
    SDVariable y = normalized.mul(view.variable(weight)).add(view.variable(bias));
    return sd.reshape(y, x.shapeArray());
  }
}
