package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * The leaky rectifier (Maas et al. 2013): {@code x} where it is positive, {@code negativeSlope x}
 * elsewhere.
 *
 * @param negativeSlope the derivative at negative values and at 0, at least 0
 */
public record LeakyRelu(Tensor x, double negativeSlope) implements Layer {

  public LeakyRelu {
    Require.notNegative("negativeSlope", negativeSlope);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
