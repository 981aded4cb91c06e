package org.diffusion4j.core.graph;

/** The functions of {@link Binary}. */
public enum BinaryFunction {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE
}
