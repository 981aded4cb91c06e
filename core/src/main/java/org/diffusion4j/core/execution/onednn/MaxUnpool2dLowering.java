package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.MaxUnpool2d;

/** Pooled values put back where they came from, in Java. */
final class MaxUnpool2dLowering implements Lowering<MaxUnpool2d> {

  @Override
  public View forward(Forward pass, KernelParts<MaxUnpool2d> kernel) {
    MaxUnpool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View x = pass.floats(layer.x());
    View indices = Copies.contiguous(plan, pass.value(layer.indices()));
    View y = plan.allocate(ElementType.F32, kernel.output().shapeArray());
    Copies.clear(plan, y);
    plan.host(
        List.of(x, indices, y),
        () -> {
          FloatBuffer values = HostMemory.floats(x);
          LongBuffer places = HostMemory.longs(indices);
          FloatBuffer to = HostMemory.floats(y);
          for (int i = 0; i < values.capacity(); i++) {
            to.put(place(layer, places, i), values.get(i));
          }
        });
    return y;
  }

  /** Where a value goes, among all planes. */
  private static int place(MaxUnpool2d layer, LongBuffer places, int i) {
    long pixels = layer.height() * layer.width();
    long planeSize = layer.x().size(2) * layer.x().size(3);
    long place = places.get(i);
    Require.inRange("index of " + layer.indices().name(), place, 0, pixels - 1);
    return Math.toIntExact(i / planeSize * pixels + place);
  }

  /** The last of several values from one pixel counts, and takes the gradient. */
  @Override
  public void backward(Backward pass, KernelParts<MaxUnpool2d> kernel, View gradient) {
    MaxUnpool2d layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View dy = Copies.contiguous(plan, Copies.as(plan, gradient, ElementType.F32));
    View indices = Copies.contiguous(plan, pass.forward().value(layer.indices()));
    View dx = plan.allocate(ElementType.F32, layer.x().shapeArray());
    plan.host(
        List.of(dy, indices, dx),
        () -> {
          FloatBuffer from = HostMemory.floats(dy);
          LongBuffer places = HostMemory.longs(indices);
          FloatBuffer to = HostMemory.floats(dx);
          boolean[] taken = new boolean[from.capacity()];
          for (int i = to.capacity() - 1; i >= 0; i--) {
            int place = place(layer, places, i);
            to.put(i, taken[place] ? 0 : from.get(place));
            taken[place] = true;
          }
        });
    pass.add(layer.x(), dx);
  }
}
