package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * How much every query of multi-head attention looks at every key: {@code softmax(q k^T scale +
 * mask)}.
 *
 * @param query {@code [n, s, heads*d]}
 * @param key {@code [n, t, heads*d]}
 * @param mask added to the scores, broadcast to {@code [n, heads, s, t]}
 */
public record AttentionWeights(
    Tensor query, Tensor key, Optional<Tensor> mask, int heads, double scale) implements Layer {

  public AttentionWeights {
    Shapes.requireRank("query", query, 3);
    Shapes.requireRank("key", key, 3);
    Require.divisible("query features", query.size(2), "heads", heads);
    Require.equal("key features", key.size(2), "query features", query.size(2));
    Require.equal("key batch", key.size(0), "query batch", query.size(0));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(query, key), mask.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    return new long[] {query.size(0), heads, query.size(1), key.size(1)};
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable q = splitHeads(view, query, heads);
    SDVariable k = splitHeads(view, key, heads);
    SDVariable scores = sd.mmul(q.mul(scale), k, false, true, false);
    if (mask.isPresent()) {
      scores = scores.add(view.variable(mask.get()));
    }
    return sd.nn.softmax(scores, 3);
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  static SDVariable splitHeads(SameDiffView view, Tensor x, int heads) {
    SameDiff sd = view.sameDiff();
    SDVariable split = sd.reshape(view.variable(x), x.size(0), x.size(1), heads, x.size(2) / heads);
    return sd.permute(split, 0, 2, 1, 3);
  }
}
