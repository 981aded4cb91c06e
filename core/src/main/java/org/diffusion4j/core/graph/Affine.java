package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@code x * scale + offset} with two numbers. */
public record Affine(Tensor x, double scale, double offset) implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SDVariable y = view.variable(x);
    if (scale != 1) {
      y = y.mul(scale);
    }
    return offset == 0 && scale != 1 ? y : y.add(offset);
  }
}
