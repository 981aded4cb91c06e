package org.diffusion4j.core.execution.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Attention;

/**
 * Attention, some heads of some queries at a time: the scores of all are never in memory together.
 *
 * <p>Keys and values that several parts read are laid out for the products once. The backward pass
 * computes the weights of each part anew.
 */
final class AttentionLowering implements Lowering<Attention> {

  @Override
  public View forward(Forward pass, KernelParts<Attention> kernel) {
    Attention layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    ElementType type = pass.computeType();
    View q = AttentionScores.heads(pass, layer.query(), layer.heads());
    View k = AttentionScores.heads(pass, layer.key(), layer.heads()).permute(0, 1, 3, 2);
    View v = AttentionScores.heads(pass, layer.value(), layer.heads());
    View result = plan.allocate(type, kernel.output().shapeArray());
    View y = AttentionScores.splitHeads(result, layer.heads());
    Optional<View> mask = AttentionScores.mask(pass, layer.mask());
    long[] scores = {q.size(0), q.size(1), q.size(2), k.size(3)};
    AttentionBlocks blocks = AttentionBlocks.of(scores);
    boolean shared = blocks.queries() < q.size(2);
    Products byScores = new Products(plan, layer.scale(), shared);
    Products byWeights = new Products(plan, 1, shared);
    Operand keys = null;
    Operand values = null;
    for (AttentionBlocks.Block block : blocks.split(scores)) {
      View queries = block.ofQueries(q);
      View part = block.ofQueries(y);
      View weights =
          plan.allocate(
              ElementType.F32, queries.size(0), queries.size(1), queries.size(2), k.size(3));
      View typed = type == ElementType.F32 ? weights : plan.allocate(type, weights.shape());
      View keysOfHeads = block.ofHeads(k);
      View valuesOfHeads = block.ofHeads(v);
      Primitive score = byScores.of(queries, keysOfHeads, weights);
      Primitive weigh = byWeights.of(typed, valuesOfHeads, part);
      if (block.isFirstOfHeads()) {
        keys = byScores.laidOut(score, keysOfHeads);
        values = byWeights.laidOut(weigh, valuesOfHeads);
      }
      AttentionScores.weights(plan, score, queries, keys, mask.map(block::ofMask), weights);
      if (typed != weights) {
        Copies.copy(plan, weights, typed);
      }
      MatMuls.multiply(plan, weigh, typed, values, Optional.empty(), part, List.of());
    }
    return result;
  }

  /** One of the two products of all blocks. */
  private static final class Products {
    private final PrimitivePlan plan;
    private final List<PostOp> postOps;
    private final boolean laidOut;

    /** Those of b, by samples and heads: blocks of the same ones share it. */
    private final Map<List<Long>, dnnl_memory_desc> layouts = new HashMap<>();

    Products(PrimitivePlan plan, double scale, boolean laidOut) {
      this.plan = plan;
      this.postOps = AttentionScores.scaled(scale);
      this.laidOut = laidOut;
    }

    Primitive of(View a, View b, View c) {
      NativeScope scope = plan.scope();
      dnnl_memory_desc layout =
          laidOut
              ? layouts.computeIfAbsent(
                  List.of(b.size(0), b.size(1)),
                  heads ->
                      primitive(a, scope.anyLayout(b.type(), b.shape()), c)
                          .layout(dnnl.dnnl_query_weights_md))
              : scope.desc(b);
      return primitive(a, layout, c);
    }

    private Primitive primitive(View a, dnnl_memory_desc b, View c) {
      return MatMuls.primitive(plan, a, b, Optional.empty(), c, postOps);
    }

    Operand laidOut(Primitive primitive, View b) {
      if (!laidOut) {
        return plan.scope().operand(b);
      }
      Operand copy = plan.allocate(primitive, dnnl.dnnl_query_weights_md);
      Copies.copy(plan, plan.scope().operand(b), copy);
      return copy;
    }
  }

  @Override
  public void backward(Backward pass, KernelParts<Attention> kernel, View gradient) {
    Attention layer = kernel.root();
    PrimitivePlan plan = pass.plan();
    Forward forward = pass.forward();
    ElementType type = forward.computeType();
    int heads = layer.heads();
    View q = AttentionScores.heads(forward, layer.query(), heads);
    View k = AttentionScores.heads(forward, layer.key(), heads);
    View v = AttentionScores.heads(forward, layer.value(), heads);
    View dy =
        AttentionScores.splitHeads(Copies.contiguous(plan, Copies.as(plan, gradient, type)), heads);
    Optional<View> mask = AttentionScores.mask(forward, layer.mask());
    View dQuery = plan.allocate(type, layer.query().shapeArray());
    View dKey = plan.allocate(ElementType.F32, layer.key().shapeArray());
    View dValue = plan.allocate(ElementType.F32, layer.value().shapeArray());
    View dq = AttentionScores.splitHeads(dQuery, heads);
    View dk = AttentionScores.splitHeads(dKey, heads);
    View dv = AttentionScores.splitHeads(dValue, heads);
    Optional<View> dMask =
        layer
            .mask()
            .filter(pass::wants)
            .map(
                tensor ->
                    plan.allocate(ElementType.F32, q.size(0), q.size(1), q.size(2), k.size(2)));
    PostOp[] scale = AttentionScores.scaled(layer.scale()).toArray(PostOp[]::new);
    long[] scores = {q.size(0), q.size(1), q.size(2), k.size(2)};
    for (AttentionBlocks.Block block : AttentionBlocks.of(scores).split(scores)) {
      View queries = block.ofQueries(q);
      View keys = block.ofHeads(k);
      View values = block.ofHeads(v);
      View dOut = block.ofQueries(dy);
      long[] shape = {queries.size(0), queries.size(1), queries.size(2), k.size(2)};
      View weights = plan.allocate(ElementType.F32, shape);
      Operand transposed = plan.scope().operand(keys.permute(0, 1, 3, 2));
      Primitive score =
          MatMuls.primitive(
              plan,
              queries,
              transposed.layout(),
              Optional.empty(),
              weights,
              AttentionScores.scaled(layer.scale()));
      AttentionScores.weights(plan, score, queries, transposed, mask.map(block::ofMask), weights);
      View dWeights = plan.allocate(ElementType.F32, shape);
      MatMuls.multiply(plan, dOut, values.permute(0, 1, 3, 2), dWeights);
      View dScores = plan.allocate(ElementType.F32, shape);
      SoftmaxLowering.backward(plan, weights, dWeights, dScores, 3, false);
      dMask.ifPresent(all -> Copies.copy(plan, dScores, block.ofQueries(all)));

      View typed = Copies.as(plan, weights, type);
      View ds = Copies.as(plan, dScores, type);
      MatMuls.multiply(plan, ds, keys, block.ofQueries(dq), scale);
      addProduct(plan, ds.permute(0, 1, 3, 2), queries, block, dk, layer.scale());
      addProduct(plan, typed.permute(0, 1, 3, 2), dOut, block, dv, 1);
    }
    pass.add(layer.query(), dQuery);
    pass.add(layer.key(), dKey);
    pass.add(layer.value(), dValue);
    dMask.ifPresent(all -> pass.addBroadcast(layer.mask().get(), all));
  }

  /** Adds a part's product to the sum over the queries of its heads. */
  private static void addProduct(
      PrimitivePlan plan, View a, View b, AttentionBlocks.Block block, View sum, double scale) {
    List<PostOp> postOps = AttentionScores.scaled(scale);
    if (!block.isFirstOfHeads()) {
      postOps.add(new PostOp.Sum());
    }
    MatMuls.multiply(plan, a, b, block.ofHeads(sum), postOps.toArray(PostOp[]::new));
  }
}
