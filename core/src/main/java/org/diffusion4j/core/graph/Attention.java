package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

/**
 * Multi-head scaled dot-product attention, {@code softmax(q k^T scale + mask) v} (Vaswani et al.
 * 2017, formula (1)).
 *
 * @param query {@code [n, s, heads*d]}
 * @param key {@code [n, t, heads*d]}
 * @param value {@code [n, t, heads*e]}
 * @param mask added to the scores, broadcast to {@code [n, heads, s, t]}
 */
public record Attention(
    Tensor query, Tensor key, Tensor value, Optional<Tensor> mask, int heads, double scale)
    implements Layer {

  public Attention {
    AttentionWeights weights = new AttentionWeights(query, key, mask, heads, scale);
    Shapes.requireRank("value", value, 3);
    Require.divisible("value features", value.size(2), "heads", weights.heads());
    Require.equal("key length", key.size(1), "value length", value.size(1));
    Require.equal("value batch", value.size(0), "query batch", query.size(0));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(query, key, value), mask.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    return new long[] {query.size(0), query.size(1), value.size(2)};
  }
}
