package org.diffusion4j.core.execution.onednn;

/** What a primitive does to each value before it writes it. */
sealed interface PostOp {

  /** A function of one value; see {@link Activation}. */
  record Eltwise(Activation activation) implements PostOp {}

  /**
   * A function of the value and one of another tensor, which broadcasts.
   *
   * @param algorithm one of oneDNN's binary algorithms
   */
  record Binary(int algorithm, View operand) implements PostOp {}

  /** Adds what is in the destination already. */
  record Sum() implements PostOp {}
}
