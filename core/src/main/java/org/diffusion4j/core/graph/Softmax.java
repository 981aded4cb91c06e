package org.diffusion4j.core.graph;

import java.util.List;

/**
 * Softmax over an axis, or its logarithm.
 *
 * @param logarithm whether to give {@code log(softmax(x))}, computed without underflow
 */
public record Softmax(Tensor x, int axis, boolean logarithm) implements Layer {

  public Softmax {
    axis = Shapes.axis(axis, x);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }
}
