package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

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
}
