package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.AttentionWeights;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Attention, head by head in one product. */
final class AttentionOperations {
  private AttentionOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Attention.class, AttentionOperations::attention);
    operations.put(AttentionWeights.class, AttentionOperations::weights);
  }

  private static SDVariable attention(Attention attention, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable weights =
        weights(
            new AttentionWeights(
                attention.query(),
                attention.key(),
                attention.mask(),
                attention.heads(),
                attention.scale()),
            variables);
    SDVariable y = sd.mmul(weights, splitHeads(variables, attention.value(), attention.heads()));
    return sd.reshape(sd.permute(y, 0, 2, 1, 3), attention.outputShape());
  }

  private static SDVariable weights(AttentionWeights attention, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable q = splitHeads(variables, attention.query(), attention.heads());
    SDVariable k = splitHeads(variables, attention.key(), attention.heads());
    SDVariable scores = sd.mmul(q.mul(attention.scale()), k, false, true, false);
    if (attention.mask().isPresent()) {
      scores = scores.add(variables.of(attention.mask().get()));
    }
    return sd.nn.softmax(scores, 3);
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  private static SDVariable splitHeads(GraphVariables variables, Tensor x, int heads) {
    SameDiff sd = variables.sameDiff();
    SDVariable split = sd.reshape(variables.of(x), x.size(0), x.size(1), heads, x.size(2) / heads);
    return sd.permute(split, 0, 2, 1, 3);
  }
}
