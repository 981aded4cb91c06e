package org.diffusion4j.core.nn;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.core.graph.UnaryFunction;

/** The activations of residual blocks that a config may ask for. */
public enum ActivationFunction {
  @JsonProperty("silu")
  @JsonAlias("swish")
  SILU(UnaryFunction.SILU),

  @JsonProperty("mish")
  MISH(UnaryFunction.MISH),

  @JsonProperty("gelu")
  GELU(UnaryFunction.GELU),

  @JsonProperty("relu")
  RELU(UnaryFunction.RELU);

  private final UnaryFunction function;

  ActivationFunction(UnaryFunction function) {
    this.function = function;
  }

  /** What it computes. */
  public UnaryFunction function() {
    return function;
  }
}
