package org.diffusion4j.core.graph;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable logits = view.variable(x);
    if (!logarithm) {
      return softmax(sd, logits);
    }
    SDVariable shifted = logits.sub(sd.max(logits, true, axis));
    return shifted.sub(sd.math.log(sd.sum(sd.math.exp(shifted), true, axis)));
  }

  /** ND4J's oneDNN kernel is wrong in FLOAT over axis 1 of 4: the axis is moved to the end. */
  private SDVariable softmax(SameDiff sd, SDVariable logits) {
    int last = x.rank() - 1;
    if (axis == last) {
      return sd.nn.softmax(logits, axis);
    }
    int[] swapped = IntStream.range(0, x.rank()).toArray();
    swapped[axis] = last;
    swapped[last] = axis;
    return sd.permute(sd.nn.softmax(sd.permute(logits, swapped), last), swapped);
  }
}
