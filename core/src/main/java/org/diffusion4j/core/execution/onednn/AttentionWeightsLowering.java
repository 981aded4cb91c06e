package org.diffusion4j.core.execution.onednn;

import java.util.Optional;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.AttentionWeights;

/** What queries look at, in float32. */
final class AttentionWeightsLowering implements Lowering<AttentionWeights> {

  @Override
  public View forward(Forward pass, KernelParts<AttentionWeights> kernel) {
    AttentionWeights layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    View q = AttentionScores.heads(pass, layer.query(), layer.heads());
    View k = AttentionScores.heads(pass, layer.key(), layer.heads()).permute(0, 1, 3, 2);
    View weights = plan.allocate(ElementType.F32, kernel.output().shapeArray());
    Operand keys = plan.scope().operand(k);
    Primitive product =
        MatMuls.primitive(
            plan,
            q,
            keys.layout(),
            Optional.empty(),
            weights,
            AttentionScores.scaled(layer.scale()));
    Optional<View> mask = AttentionScores.mask(pass, layer.mask());
    AttentionScores.weights(plan, product, q, keys, mask, weights);
    return weights;
  }

  @Override
  public void backward(Backward pass, KernelParts<AttentionWeights> kernel, View gradient) {
    AttentionWeights layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    View dy = Copies.contiguous(plan, Copies.as(plan, gradient, ElementType.F32));
    View dScores = plan.allocate(ElementType.F32, kernel.output().shapeArray());
    SoftmaxLowering.backward(plan, forward.value(kernel.output()), dy, dScores, 3, false);
    layer.mask().ifPresent(mask -> pass.addBroadcast(mask, dScores));
    ElementType type = forward.computeType();
    View ds = Copies.as(plan, dScores, type);
    View q = AttentionScores.heads(forward, layer.query(), layer.heads());
    View k = AttentionScores.heads(forward, layer.key(), layer.heads());
    PostOp[] scale = AttentionScores.scaled(layer.scale()).toArray(PostOp[]::new);
    if (pass.wants(layer.query())) {
      View dq = plan.allocate(type, layer.query().shapeArray());
      MatMuls.multiply(plan, ds, k, AttentionScores.splitHeads(dq, layer.heads()), scale);
      pass.add(layer.query(), dq);
    }
    if (pass.wants(layer.key())) {
      View dk = plan.allocate(type, layer.key().shapeArray());
      MatMuls.multiply(
          plan, ds.permute(0, 1, 3, 2), q, AttentionScores.splitHeads(dk, layer.heads()), scale);
      pass.add(layer.key(), dk);
    }
  }
}
