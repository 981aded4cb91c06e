package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The exponential linear unit (Clevert et al. 2016): {@code x} where it is positive, {@code alpha
 * (exp(x) - 1)} elsewhere.
 *
 * @param alpha minus the limit at negative infinity, positive
 */
public record Elu(Tensor x, double alpha) implements Layer {

  public Elu {
    Require.positive("alpha", alpha);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  /** The exponential is of the negative part alone, which cannot overflow. */
  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable values = view.variable(x);
    SDVariable positive = sd.nn.relu(values, 0);
    SDVariable negative = values.sub(positive);
    return positive.add(sd.math.expm1(negative).mul(alpha));
  }
}
