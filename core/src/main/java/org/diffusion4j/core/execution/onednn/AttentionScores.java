package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Tensor;

/** Steps that attention and its weights have in common. */
final class AttentionScores {
  private AttentionScores() {}

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}, where it lies. */
  static View heads(Forward pass, Tensor x, int heads) {
    View view = Copies.contiguous(pass.plan(), pass.value(x, pass.computeType()));
    return splitHeads(view, heads);
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}, where it lies. */
  static View splitHeads(View view, int heads) {
    return view.reshape(view.size(0), view.size(1), heads, view.size(2) / heads)
        .orElseThrow()
        .permute(0, 2, 1, 3);
  }

  /** The mask with four axes. */
  static Optional<View> mask(Forward pass, Optional<Tensor> mask) {
    return mask.map(tensor -> pass.floats(tensor).withRank(4));
  }

  /**
   * Adds {@code softmax(q k^T scale + mask)}.
   *
   * @param q {@code [n, heads, s, d]}
   * @param k {@code [n, heads, d, t]} as an argument of the product
   * @param product computes the scores, scaled
   * @param weights where they go, F32 {@code [n, heads, s, t]}
   */
  static void weights(
      PrimitivePlan plan, Primitive product, View q, Operand k, Optional<View> mask, View weights) {
    MatMuls.multiply(plan, product, q, k, Optional.empty(), weights, List.of());
    mask.ifPresent(
        view ->
            Elementwise.binary(
                plan,
                dnnl.dnnl_binary_add,
                weights,
                Elementwise.alike(plan, view, weights),
                weights,
                List.of()));
    SoftmaxLowering.forward(plan, weights, weights, 3, false);
  }

  /** The factor of the scores. */
  static List<PostOp> scaled(double scale) {
    List<PostOp> postOps = new ArrayList<>();
    if (scale != 1) {
      postOps.add(new PostOp.Eltwise(Activation.linear(scale, 0)));
    }
    return postOps;
  }
}
