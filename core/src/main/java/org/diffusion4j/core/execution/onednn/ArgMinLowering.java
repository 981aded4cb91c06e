package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.ArgMin;

/** Where along an axis the smallest values are, in Java. */
final class ArgMinLowering implements Lowering<ArgMin> {

  @Override
  public View forward(Forward pass, KernelParts<ArgMin> kernel) {
    ArgMin layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    int[] axisLast =
        IntStream.concat(
                IntStream.range(0, layer.x().rank()).filter(axis -> axis != layer.axis()),
                IntStream.of(layer.axis()))
            .toArray();
    View rows = Copies.contiguous(plan, pass.value(layer.x(), ElementType.F32).permute(axisLast));
    View indices = plan.allocate(ElementType.S64, kernel.output().shapeArray());
    int size = Math.toIntExact(layer.x().size(layer.axis()));
    plan.host(
        List.of(rows, indices),
        () -> {
          FloatBuffer values = HostMemory.floats(rows);
          LongBuffer to = HostMemory.longs(indices);
          for (int i = 0; i < to.capacity(); i++) {
            int least = 0;
            for (int j = 1; j < size; j++) {
              if (values.get(i * size + j) < values.get(i * size + least)) {
                least = j;
              }
            }
            to.put(i, least);
          }
        });
    return indices;
  }

  @Override
  public void backward(Backward pass, KernelParts<ArgMin> kernel, View gradient) {}
}
