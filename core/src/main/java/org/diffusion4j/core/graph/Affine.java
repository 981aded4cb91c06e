package org.diffusion4j.core.graph;

import java.util.List;

/** {@code x * scale + offset} with two numbers. */
public record Affine(Tensor x, double scale, double offset) implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
