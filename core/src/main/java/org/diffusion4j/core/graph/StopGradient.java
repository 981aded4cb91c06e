package org.diffusion4j.core.graph;

import java.util.List;

/** The same values, whose gradient is 0: what torch calls {@code detach}. */
public record StopGradient(Tensor x) implements Layer {
  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
