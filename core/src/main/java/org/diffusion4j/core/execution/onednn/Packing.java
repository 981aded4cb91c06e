package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** How the values of a weight come into the layout that a primitive wants. */
interface Packing {

  /**
   * What is equal for packings that do the same.
   *
   * @param weight of the weight's shape, in C order
   */
  Object key(View weight);

  /**
   * Adds the steps.
   *
   * @param weight the weight as it lies in memory, in C order
   * @param target where it goes
   */
  void add(PlanBuilder plan, View weight, Operand target);

  /** A copy of a part of the weight, with the axes in the primitive's order. */
  static Packing of(UnaryOperator<View> window) {
    return new Packing() {
      @Override
      public Object key(View weight) {
        View part = window.apply(weight);
        return List.of(
            part.byteOffset(), Arrays.toString(part.shape()), Arrays.toString(part.strides()));
      }

      @Override
      public void add(PlanBuilder plan, View weight, Operand target) {
        Copies.copy(plan, plan.scope().operand(window.apply(weight)), target);
      }
    };
  }
}
