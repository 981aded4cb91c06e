package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** {@code min(max(x, minimum), maximum)}; the gradient is zero outside the bounds. */
public record Clip(Tensor x, double minimum, double maximum) implements Layer {

  public Clip {
    Require.that(
        minimum < maximum, "minimum", minimum, "must be less than maximum (=" + maximum + ")");
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
