package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

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
}
