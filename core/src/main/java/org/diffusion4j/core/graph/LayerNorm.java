package org.diffusion4j.core.graph;

import java.util.List;
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
    Shapes.requireEqual("length of the weight", weight.length(), "features", x.size(-1));
    Shapes.requireEqual("length of the bias", bias.length(), "features", x.size(-1));
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
    SDVariable rows = sd.reshape(view.variable(x), x.length() / x.size(-1), x.size(-1));
    SDVariable centered = rows.sub(sd.mean(rows, true, 1));
    SDVariable variance = sd.mean(sd.math.square(centered), true, 1);
    SDVariable normalized = centered.mul(sd.math.rsqrt(variance.add(epsilon)));
    SDVariable y = normalized.mul(view.variable(weight)).add(view.variable(bias));
    return sd.reshape(y, x.shapeArray());
  }
}
