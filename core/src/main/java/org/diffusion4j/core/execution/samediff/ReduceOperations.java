package org.diffusion4j.core.execution.samediff;

import java.util.stream.IntStream;
import org.diffusion4j.core.graph.ArgMin;
import org.diffusion4j.core.graph.Reduce;
import org.diffusion4j.core.graph.Softmax;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What is taken of all values along axes. */
final class ReduceOperations {
  private ReduceOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Reduce.class, ReduceOperations::reduce);
    operations.put(ArgMin.class, ReduceOperations::argMin);
    operations.put(Softmax.class, ReduceOperations::softmax);
  }

  private static SDVariable reduce(Reduce reduce, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable x = variables.of(reduce.x());
    int[] axes = reduce.axes().stream().mapToInt(Integer::intValue).toArray();
    return switch (reduce.reduction()) {
      case SUM -> sd.sum(x, reduce.keepAxes(), axes);
      case MEAN -> sd.mean(x, reduce.keepAxes(), axes);
      case MAX -> sd.max(x, reduce.keepAxes(), axes);
    };
  }

  private static SDVariable argMin(ArgMin argMin, GraphVariables variables) {
    return variables.sameDiff().argmin(variables.of(argMin.x()), false, argMin.axis());
  }

  private static SDVariable softmax(Softmax softmax, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable logits = variables.of(softmax.x());
    int axis = softmax.axis();
    if (!softmax.logarithm()) {
      return softmax(sd, logits, axis, softmax.x().rank() - 1);
    }
    SDVariable shifted = logits.sub(sd.max(logits, true, axis));
    return shifted.sub(sd.math.log(sd.sum(sd.math.exp(shifted), true, axis)));
  }

  /** ND4J's oneDNN kernel is wrong in FLOAT over axis 1 of 4: the axis is moved to the end. */
  private static SDVariable softmax(SameDiff sd, SDVariable logits, int axis, int last) {
    if (axis == last) {
      return sd.nn.softmax(logits, axis);
    }
    int[] swapped = IntStream.rangeClosed(0, last).toArray();
    swapped[axis] = last;
    swapped[last] = axis;
    return sd.permute(sd.nn.softmax(sd.permute(logits, swapped), last), swapped);
  }
}
