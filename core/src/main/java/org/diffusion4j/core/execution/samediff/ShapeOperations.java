package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.graph.Concat;
import org.diffusion4j.core.graph.Constant;
import org.diffusion4j.core.graph.OneHot;
import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Reshape;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;

/** The same values elsewhere, and values from nothing. */
final class ShapeOperations {
  private ShapeOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Reshape.class, ShapeOperations::reshape);
    operations.put(Permute.class, ShapeOperations::permute);
    operations.put(Concat.class, ShapeOperations::concat);
    operations.put(Slice.class, ShapeOperations::slice);
    operations.put(Constant.class, ShapeOperations::constant);
    operations.put(OneHot.class, ShapeOperations::oneHot);
  }

  private static SDVariable reshape(Reshape reshape, GraphVariables variables) {
    return variables.sameDiff().reshape(variables.of(reshape.x()), reshape.outputShape());
  }

  private static SDVariable permute(Permute permute, GraphVariables variables) {
    int[] axes = permute.axes().stream().mapToInt(Integer::intValue).toArray();
    return variables.sameDiff().permute(variables.of(permute.x()), axes);
  }

  private static SDVariable concat(Concat concat, GraphVariables variables) {
    SDVariable[] parts = concat.inputs().stream().map(variables::of).toArray(SDVariable[]::new);
    return variables.sameDiff().concat(concat.axis(), parts);
  }

  private static SDVariable slice(Slice slice, GraphVariables variables) {
    Tensor x = slice.x();
    int[] begin = new int[x.rank()];
    int[] size = x.shape().stream().mapToInt(Math::toIntExact).toArray();
    begin[slice.axis()] = Math.toIntExact(slice.from());
    size[slice.axis()] = Math.toIntExact(slice.to() - slice.from());
    return variables.sameDiff().slice(variables.of(x), begin, size);
  }

  private static SDVariable constant(Constant constant, GraphVariables variables) {
    double[] values = constant.values().stream().mapToDouble(Double::doubleValue).toArray();
    return variables.constant(values, constant.outputShape());
  }

  private static SDVariable oneHot(OneHot oneHot, GraphVariables variables) {
    Tensor ids = oneHot.ids();
    return variables
        .sameDiff()
        .oneHot(variables.of(ids), oneHot.depth(), ids.rank(), 1, 0, variables.dataType());
  }
}
