package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Plan;
import org.diffusion4j.core.execution.plan.View;

/**
 * Whether this processor is faster in bfloat16.
 *
 * <p>Its name does not tell: instructions for tiles (AMX) are made for that, while those for
 * vectors alone may be slower than in float32. So one product is timed in both.
 */
final class Bfloat16 {
  private static final long SIZE = 384;
  private static final int RUNS = 7;

  /** What is within the noise of a measurement is not worth the rounding. */
  private static final double WORTHWHILE = 1.2;

  private static final boolean FASTER =
      nanos(ElementType.F32) > WORTHWHILE * nanos(ElementType.BF16);

  private Bfloat16() {}

  /** Measured once in a process, in about ten milliseconds. */
  static boolean isFaster() {
    return FASTER;
  }

  private static double nanos(ElementType type) {
    try (NativeScope scope = new NativeScope()) {
      PrimitivePlan plan = new PrimitivePlan(scope);
      View a = plan.allocate(type, SIZE, SIZE);
      View c = plan.allocate(type, SIZE, SIZE);
      Copies.clear(plan, a);
      Primitive product =
          MatMuls.primitive(
              plan, a, scope.anyLayout(type, SIZE, SIZE), Optional.empty(), c, List.of());
      Operand b = plan.allocate(product, dnnl.dnnl_query_weights_md);
      Copies.copy(plan, scope.operand(a), b);
      MatMuls.multiply(plan, product, a, b, Optional.empty(), c, List.of());
      Plan steps = plan.build();
      long[] nanos = new long[RUNS];
      for (int i = 0; i < RUNS; i++) {
        long began = System.nanoTime();
        steps.run();
        nanos[i] = System.nanoTime() - began;
      }
      return Arrays.stream(nanos).min().orElseThrow();
    }
  }
}
