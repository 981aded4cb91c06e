package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.MaxPool2dIndices;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;

/** Where the largest values of windows are, in Java. */
final class MaxPool2dIndicesLowering implements Lowering<MaxPool2dIndices> {

  @Override
  public View forward(Forward pass, KernelParts<MaxPool2dIndices> kernel) {
    MaxPool2dIndices layer = kernel.root();
    Tensor output = kernel.output();
    PrimitivePlan plan = pass.plan();
    View x = pass.floats(layer.x());
    View indices = plan.allocate(ElementType.S64, output.shapeArray());
    plan.host(
        List.of(x, indices),
        () -> {
          FloatBuffer values = HostMemory.floats(x);
          LongBuffer to = HostMemory.longs(indices);
          int height = Math.toIntExact(x.size(2));
          int width = Math.toIntExact(x.size(3));
          int windowsDown = Math.toIntExact(output.size(2));
          int windowsAcross = Math.toIntExact(output.size(3));
          for (int i = 0; i < to.capacity(); i++) {
            int across = i % windowsAcross;
            int down = i / windowsAcross % windowsDown;
            int plane = i / windowsAcross / windowsDown * height * width;
            to.put(i, largest(layer.settings(), values, plane, height, width, down, across));
          }
        });
    return indices;
  }

  /** The first pixel of those with the largest value, within the image. */
  private static int largest(
      PoolSettings settings,
      FloatBuffer values,
      int plane,
      int height,
      int width,
      int down,
      int across) {
    int top = down * settings.stride().height() - settings.padding().height();
    int left = across * settings.stride().width() - settings.padding().width();
    int largest = Math.max(top, 0) * width + Math.max(left, 0);
    for (int y = Math.max(top, 0); y < Math.min(top + settings.kernel().height(), height); y++) {
      for (int x = Math.max(left, 0); x < Math.min(left + settings.kernel().width(), width); x++) {
        if (values.get(plane + y * width + x) > values.get(plane + largest)) {
          largest = y * width + x;
        }
      }
    }
    return largest;
  }

  @Override
  public void backward(Backward pass, KernelParts<MaxPool2dIndices> kernel, View gradient) {}
}
