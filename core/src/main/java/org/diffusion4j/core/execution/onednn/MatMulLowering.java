package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.MatMul;

/** Products of two matrices. */
final class MatMulLowering implements Lowering<MatMul> {

  @Override
  public View forward(Forward pass, KernelParts<MatMul> kernel) {
    MatMul layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View y = plan.allocate(pass.computeType(), kernel.output().shapeArray());
    MatMuls.multiply(plan, left(pass, layer), right(pass, layer), y);
    return y;
  }

  private static View left(Forward pass, MatMul layer) {
    return MatMuls.matrix(pass.plan(), pass.value(layer.a(), pass.computeType()));
  }

  /** {@code [k, p]}. */
  private static View right(Forward pass, MatMul layer) {
    View b = MatMuls.matrix(pass.plan(), pass.value(layer.b(), pass.computeType()));
    return layer.transposeB() ? b.permute(1, 0) : b;
  }

  @Override
  public void backward(Backward pass, KernelParts<MatMul> kernel, View gradient) {
    MatMul layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    ElementType type = forward.computeType();
    View dy = MatMuls.matrix(plan, Copies.as(plan, gradient, type));
    if (pass.wants(layer.a())) {
      View da = plan.allocate(type, layer.a().shapeArray());
      MatMuls.multiply(plan, dy, right(forward, layer).permute(1, 0), da);
      pass.add(layer.a(), da);
    }
    if (pass.wants(layer.b())) {
      View db = plan.allocate(type, layer.b().shapeArray());
      View a = left(forward, layer);
      if (layer.transposeB()) {
        MatMuls.multiply(plan, dy.permute(1, 0), a, db);
      } else {
        MatMuls.multiply(plan, a.permute(1, 0), dy, db);
      }
      pass.add(layer.b(), db);
    }
  }
}
