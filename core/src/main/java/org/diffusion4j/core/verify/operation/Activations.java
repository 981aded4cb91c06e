package org.diffusion4j.core.verify.operation;

import java.util.Arrays;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/** Functions of every value, and softmax. */
final class Activations implements OperationFamily {
  private static final Map<String, UnaryFunction> FUNCTIONS =
      Map.of(
          "silu", UnaryFunction.SILU,
          "gelu_erf", UnaryFunction.GELU,
          "quick_gelu", UnaryFunction.QUICK_GELU,
          "relu", UnaryFunction.RELU,
          "sigmoid", UnaryFunction.SIGMOID,
          "tanh", UnaryFunction.TANH);

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "activations", new GraphCheck(Activations::activation),
        "softmax", new GraphCheck(Activations::softmax));
  }

  private static Map<String, Tensor> activation(Operands in) {
    String kind = in.params().text("kind");
    in.support(FUNCTIONS.containsKey(kind), "kind");
    return Map.of("y", in.graph().apply(FUNCTIONS.get(kind), in.input("x")));
  }

  /** Softmax, or its logarithm where the name of the case begins with {@code log_softmax}. */
  private static Map<String, Tensor> softmax(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    int dim = in.params().integer("dim");
    Integer[] swapped = swapWithLast(x.rank(), dim < 0 ? dim + x.rank() : dim);
    Tensor rows = graph.permute(x, swapped);
    boolean logarithm = in.golden().name().startsWith("log_softmax");
    Tensor y = logarithm ? graph.logSoftmax(rows) : graph.softmax(rows);
    return Map.of("y", graph.permute(y, swapped));
  }

  private static Integer[] swapWithLast(int rank, int axis) {
    Integer[] axes = new Integer[rank];
    Arrays.setAll(axes, i -> i);
    axes[axis] = rank - 1;
    axes[rank - 1] = axis;
    return axes;
  }
}
