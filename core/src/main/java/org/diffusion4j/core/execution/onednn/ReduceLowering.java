package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Reduce;
import org.diffusion4j.core.graph.Reduce.Reduction;

/** Sums, means and largest values over axes, in float32. */
final class ReduceLowering implements Lowering<Reduce> {

  @Override
  public View forward(Forward pass, KernelParts<Reduce> kernel) {
    Reduce layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View reduced =
        layer.reduction() == Reduction.MAX
            ? largest(pass, layer)
            : Reductions.sum(plan, pass.value(layer.x()), axes(layer), factor(layer));
    return Copies.reshape(plan, reduced, kernel.output().shapeArray());
  }

  private static boolean[] axes(Reduce layer) {
    boolean[] reduced = new boolean[layer.x().rank()];
    layer.axes().forEach(axis -> reduced[axis] = true);
    return reduced;
  }

  private static double factor(Reduce layer) {
    return layer.reduction() == Reduction.MEAN ? 1.0 / count(layer) : 1;
  }

  private static long count(Reduce layer) {
    return layer.axes().stream().mapToLong(layer.x()::size).reduce(1, Math::multiplyExact);
  }

  /** The axes in an order in which the reduced ones are the last. */
  private static int[] reducedLast(Reduce layer) {
    return IntStream.range(0, layer.x().rank())
        .boxed()
        .sorted(Comparator.comparing(layer.axes()::contains))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The reduced axes last, in C order: {@code [rest, count]}. */
  private static View rows(Forward pass, Reduce layer) {
    View turned =
        Copies.contiguous(
            pass.plan(), pass.value(layer.x(), ElementType.F32).permute(reducedLast(layer)));
    long count = count(layer);
    return turned.reshape(layer.x().length() / count, count).orElseThrow();
  }

  private static View largest(Forward pass, Reduce layer) {
    View rows = rows(pass, layer);
    View y = pass.plan().allocate(ElementType.F32, rows.size(0));
    pass.plan()
        .host(
            List.of(rows, y),
            () -> {
              FloatBuffer values = HostMemory.floats(rows);
              FloatBuffer largest = HostMemory.floats(y);
              int count = Math.toIntExact(rows.size(1));
              for (int i = 0; i < largest.capacity(); i++) {
                largest.put(i, values.get(i * count + indexOfLargest(values, i, count)));
              }
            });
    return y;
  }

  private static int indexOfLargest(FloatBuffer values, int row, int count) {
    int index = 0;
    for (int i = 1; i < count; i++) {
      if (values.get(row * count + i) > values.get(row * count + index)) {
        index = i;
      }
    }
    return index;
  }

  @Override
  public void backward(Backward pass, KernelParts<Reduce> kernel, View gradient) {
    Reduce layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    boolean[] reduced = axes(layer);
    long[] kept = layer.x().shapeArray();
    for (int axis = 0; axis < kept.length; axis++) {
      kept[axis] = reduced[axis] ? 1 : kept[axis];
    }
    if (layer.reduction() == Reduction.MAX) {
      pass.add(layer.x(), toLargest(pass, layer, gradient));
      return;
    }
    View scaled =
        factor(layer) == 1
            ? gradient
            : Elementwise.apply(plan, Activation.linear(factor(layer), 0), gradient);
    View spread = Copies.reshape(plan, Copies.as(plan, scaled, ElementType.F32), kept);
    pass.add(layer.x(), Elementwise.expand(plan, spread, layer.x().shapeArray()));
  }

  /** Ones where the first largest values are, times the gradient. */
  private static View toLargest(Backward pass, Reduce layer, View gradient) {
    PrimitivePlan plan = pass.plan();
    View rows = rows(pass.forward(), layer);
    View ones = plan.allocate(ElementType.F32, rows.shape());
    Copies.clear(plan, ones);
    plan.host(
        List.of(rows, ones),
        () -> {
          FloatBuffer values = HostMemory.floats(rows);
          FloatBuffer marks = HostMemory.floats(ones);
          int count = Math.toIntExact(rows.size(1));
          for (int i = 0; i < rows.size(0); i++) {
            marks.put(i * count + indexOfLargest(values, i, count), 1);
          }
        });
    View column = Copies.reshape(plan, Copies.as(plan, gradient, ElementType.F32), rows.size(0), 1);
    View spread =
        Elementwise.binary(plan, dnnl.dnnl_binary_mul, ones, column, ElementType.F32, List.of());
    int[] order = reducedLast(layer);
    long[] turned = IntStream.of(order).mapToLong(layer.x()::size).toArray();
    return Copies.reshape(plan, spread, turned).unpermute(order);
  }
}
