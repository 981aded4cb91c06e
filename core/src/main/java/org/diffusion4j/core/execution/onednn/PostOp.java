package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.BinaryFunction;

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

  /** The algorithm of a function of the value and one of another tensor, if it can be applied. */
  static OptionalInt algorithm(BinaryFunction function) {
    return switch (function) {
      case ADD -> OptionalInt.of(dnnl.dnnl_binary_add);
      case MULTIPLY -> OptionalInt.of(dnnl.dnnl_binary_mul);
      case SUBTRACT, DIVIDE -> OptionalInt.empty();
    };
  }

  /** What a binary one has in common with those whose operands lie alike elsewhere. */
  record BinaryKey(int algorithm, View.Layout operand) {}

  /** What tells primitives with post-operations apart: all but where the operands are. */
  static List<Record> keys(List<PostOp> postOps) {
    return postOps.stream().map(PostOp::key).toList();
  }

  private static Record key(PostOp postOp) {
    if (postOp instanceof Binary binary) {
      return new BinaryKey(binary.algorithm(), binary.operand().layout());
    }
    return (Record) postOp;
  }
}
