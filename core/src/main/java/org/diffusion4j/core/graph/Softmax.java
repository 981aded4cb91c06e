package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Softmax over the last axis, or its logarithm.
 *
 * @param logarithm whether to give {@code log(softmax(x))}, computed without underflow
 */
public record Softmax(Tensor x, boolean logarithm) implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable logits = view.variable(x);
    int last = x.rank() - 1;
    if (!logarithm) {
      return sd.nn.softmax(logits, last);
    }
    SDVariable shifted = logits.sub(sd.max(logits, true, last));
    return shifted.sub(sd.math.log(sd.sum(sd.math.exp(shifted), true, last)));
  }
}
