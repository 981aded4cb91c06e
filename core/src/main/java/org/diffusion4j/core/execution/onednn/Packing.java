package org.diffusion4j.core.execution.onednn;

import java.util.function.UnaryOperator;
import org.diffusion4j.core.execution.plan.View;

/** How the values of a weight come into the layout that a primitive wants. */
interface Packing {

  /** A part of a weight as it lies. */
  record Part(long byteOffset, View.Layout layout) {}

  /**
   * What is equal for packings that do the same.
   *
   * @param weight of the weight's shape, in C order
   */
  Record key(View weight);

  /**
   * Adds the steps.
   *
   * @param weight the weight as it lies in memory, in C order
   * @param target where it goes
   */
  void add(PrimitivePlan plan, View weight, Operand target);

  /** A copy of a part of the weight, with the axes in the primitive's order. */
  static Packing of(UnaryOperator<View> window) {
    return new Packing() {
      @Override
      public Record key(View weight) {
        View part = window.apply(weight);
        return new Part(part.byteOffset(), part.layout());
      }

      @Override
      public void add(PrimitivePlan plan, View weight, Operand target) {
        Copies.copy(plan, plan.scope().operand(window.apply(weight)), target);
      }
    };
  }
}
