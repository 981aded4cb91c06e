package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.attention.Geglu;

/** Activation functions, and softmax. */
final class Activations implements OperationFamily {
  private static final Map<String, UnaryFunction> FUNCTIONS =
      Map.of(
          "silu", UnaryFunction.SILU,
          "gelu_erf", UnaryFunction.GELU,
          "gelu_tanh", UnaryFunction.GELU_TANH,
          "quick_gelu", UnaryFunction.QUICK_GELU,
          "mish", UnaryFunction.MISH,
          "softplus", UnaryFunction.SOFTPLUS,
          "relu", UnaryFunction.RELU,
          "sigmoid", UnaryFunction.SIGMOID,
          "tanh", UnaryFunction.TANH);

  /** The slope of the reference, which its files don't give. */
  private static final double DEFAULT_NEGATIVE_SLOPE = 0.2;

  /** Torch's default. */
  private static final double DEFAULT_ALPHA = 1;

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "activations", new GraphCheck(Activations::activation),
        "softmax", new GraphCheck(Activations::softmax));
  }

  private static Map<String, Tensor> activation(Operands in) {
    // Some kinds are explained after a colon.
    String kind = in.params().text("kind").split(":", 2)[0];
    Tensor x = in.input("x");
    return Map.of(
        "y",
        switch (kind) {
          case "elu" -> in.graph().elu(x, in.number("alpha", DEFAULT_ALPHA));
          case "leaky_relu" ->
              in.graph().leakyRelu(x, in.number("negative_slope", DEFAULT_NEGATIVE_SLOPE));
          case "geglu" -> Geglu.gate(in.graph(), x);
          default -> {
            in.support(FUNCTIONS.containsKey(kind), "kind");
            yield in.graph().apply(FUNCTIONS.get(kind), x);
          }
        });
  }

  /** Softmax, or its logarithm where the name of the case begins with {@code log_softmax}. */
  private static Map<String, Tensor> softmax(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    int dim = in.params().integer("dim");
    boolean logarithm = in.golden().name().startsWith("log_softmax");
    return Map.of("y", logarithm ? graph.logSoftmax(x, dim) : graph.softmax(x, dim));
  }
}
