package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.OneHot;

/** Ids as rows with a single 1. */
final class OneHotLowering implements Lowering<OneHot> {

  @Override
  public View forward(Forward pass, KernelParts<OneHot> kernel) {
    OneHot layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View ids = Copies.contiguous(plan, pass.value(layer.ids()));
    View rows = plan.allocate(ElementType.F32, kernel.output().shapeArray());
    Copies.clear(plan, rows);
    plan.host(
        List.of(ids, rows),
        () -> {
          LongBuffer indices = HostMemory.longs(ids);
          FloatBuffer to = HostMemory.floats(rows);
          for (int i = 0; i < indices.capacity(); i++) {
            long id = indices.get(i);
            if (id >= 0 && id < layer.depth()) {
              to.put(i * layer.depth() + (int) id, 1);
            }
          }
        });
    return rows;
  }

  @Override
  public void backward(Backward pass, KernelParts<OneHot> kernel, View gradient) {}
}
