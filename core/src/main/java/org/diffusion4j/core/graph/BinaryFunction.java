package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/** The functions of {@link Binary}. */
public enum BinaryFunction {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE;

  SDVariable build(SDVariable a, SDVariable b) {
    return switch (this) {
      case ADD -> a.add(b);
      case SUBTRACT -> a.sub(b);
      case MULTIPLY -> a.mul(b);
      case DIVIDE -> a.div(b);
    };
  }
}
