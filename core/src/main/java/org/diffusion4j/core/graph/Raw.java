package org.diffusion4j.core.graph;

import java.util.List;
import java.util.function.BiFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * SameDiff operations of a user's own; a graph with one of these runs on SameDiff alone.
 *
 * @param function adds the operations, given the variables of the inputs in their order
 */
public record Raw(
    List<Tensor> inputs,
    List<Long> shape,
    BiFunction<SameDiff, List<SDVariable>, SDVariable> function)
    implements Layer {

  public Raw {
    inputs = List.copyOf(inputs);
    shape = List.copyOf(shape);
  }

  @Override
  public long[] outputShape() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public SDVariable build(SameDiffView view) {
    return function.apply(view.sameDiff(), inputs.stream().map(view::variable).toList());
  }
}
