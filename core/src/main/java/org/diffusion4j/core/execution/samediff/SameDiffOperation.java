package org.diffusion4j.core.execution.samediff;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * SameDiff operations of your own as a layer; a graph with one of these runs on SameDiff alone.
 *
 * <pre>{@code
 * Tensor y = graph.add(SameDiffOperation.of(List.of(x), (sd, v) -> sd.math.cube(v.get(0)), 2, 3));
 * }</pre>
 *
 * @param shape of what it gives
 * @param function adds the operations, given the variables of the inputs in their order
 */
public record SameDiffOperation(
    List<Tensor> inputs,
    List<Long> shape,
    BiFunction<SameDiff, List<SDVariable>, SDVariable> function)
    implements Layer {
  public SameDiffOperation {
    inputs = List.copyOf(inputs);
    shape = List.copyOf(shape);
  }

  /** Operations that give a shape. */
  public static SameDiffOperation of(
      List<Tensor> inputs,
      BiFunction<SameDiff, List<SDVariable>, SDVariable> function,
      long... shape) {
    return new SameDiffOperation(inputs, Arrays.stream(shape).boxed().toList(), function);
  }

  @Override
  public long[] outputShape() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  SDVariable addTo(GraphVariables variables) {
    return function.apply(variables.sameDiff(), inputs.stream().map(variables::of).toList());
  }
}
