package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Embedding;

/** Rows of a table, looked up in Java. */
final class EmbeddingLowering implements Lowering<Embedding> {

  @Override
  public View forward(Forward pass, KernelParts<Embedding> kernel) {
    Embedding layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View table = pass.floats(layer.table());
    View ids = pass.value(layer.ids());
    View rows = plan.allocate(ElementType.F32, kernel.output().shapeArray());
    int width = Math.toIntExact(layer.table().size(1));
    plan.host(
        List.of(table, ids, rows),
        () -> {
          LongBuffer indices = HostMemory.longs(ids);
          FloatBuffer to = HostMemory.floats(rows);
          float[] row = new float[width];
          for (int i = 0; i < indices.capacity(); i++) {
            HostMemory.floats(row(table, checked(layer, indices.get(i)))).get(row);
            to.put(i * width, row);
          }
        });
    return Copies.as(plan, rows, pass.computeType());
  }

  private static View row(View table, long index) {
    return table.slice(0, index, index + 1);
  }

  private static long checked(Embedding layer, long id) {
    Require.that(
        id >= 0 && id < layer.table().size(0),
        "id",
        id,
        "of " + layer.ids().name() + " must be a row of " + layer.table());
    return id;
  }

  @Override
  public void backward(Backward pass, KernelParts<Embedding> kernel, View gradient) {
    Embedding layer = kernel.root();
    if (!pass.wants(layer.table())) {
      return;
    }
    PrimitivePlan plan = pass.plan();
    View rows = Copies.contiguous(plan, Copies.as(plan, gradient, ElementType.F32));
    View ids = pass.forward().value(layer.ids());
    View table = plan.allocate(ElementType.F32, layer.table().shapeArray());
    int width = Math.toIntExact(layer.table().size(1));
    Copies.clear(plan, table);
    plan.host(
        List.of(rows, ids, table),
        () -> {
          LongBuffer indices = HostMemory.longs(ids);
          FloatBuffer from = HostMemory.floats(rows);
          for (int i = 0; i < indices.capacity(); i++) {
            FloatBuffer sum = HostMemory.floats(row(table, indices.get(i)));
            for (int j = 0; j < width; j++) {
              sum.put(j, sum.get(j) + from.get(i * width + j));
            }
          }
        });
    pass.add(layer.table(), table);
  }
}
