package org.diffusion4j.clip.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.diffusion4j.core.graph.UnaryFunction;

/** The activation of the perceptrons. */
public enum HiddenAct {
  /** {@link UnaryFunction#QUICK_GELU}, of the models that OpenAI trained. */
  @JsonProperty("quick_gelu")
  QUICK_GELU(UnaryFunction.QUICK_GELU),
  /** {@link UnaryFunction#GELU}, of those of OpenCLIP, which Stable Diffusion 2 and XL have. */
  @JsonProperty("gelu")
  GELU(UnaryFunction.GELU);

  private final UnaryFunction function;

  HiddenAct(UnaryFunction function) {
    this.function = function;
  }

  /** What is applied to every value. */
  public UnaryFunction function() {
    return function;
  }
}
