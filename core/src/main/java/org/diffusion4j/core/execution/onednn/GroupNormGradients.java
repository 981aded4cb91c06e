package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * What comes out of the sums of a group norm's gradient.
 *
 * @param weight the gradient of the weight, {@code [c]}
 * @param bias the gradient of the bias, {@code [c]}
 * @param ratio {@code [n, c, 1, 1]}; the gradient of x is {@code (x ratio + dy) factor + offset}
 * @param factor {@code [n, c, 1, 1]}
 * @param offset {@code [n, c, 1, 1]}
 */
record GroupNormGradients(View weight, View bias, View ratio, View factor, View offset) {

  /** Memory for those of images. */
  static GroupNormGradients allocate(PrimitivePlan plan, View x) {
    long channels = x.size(1);
    return new GroupNormGradients(
        plan.allocate(ElementType.F32, channels),
        plan.allocate(ElementType.F32, channels),
        plan.allocateImage(ElementType.F32, x.size(0), channels, 1, 1),
        plan.allocateImage(ElementType.F32, x.size(0), channels, 1, 1),
        plan.allocateImage(ElementType.F32, x.size(0), channels, 1, 1));
  }

  List<View> views() {
    return List.of(weight, bias, ratio, factor, offset);
  }
}
