package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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
    Shapes.requireRank("query", query, 3);
    Shapes.requireRank("key", key, 3);
    Shapes.requireRank("value", value, 3);
    Require.divisible("query features", query.size(2), "heads", heads);
    Require.divisible("value features", value.size(2), "heads", heads);
    Require.equal("key features", key.size(2), "query features", query.size(2));
    Require.equal("key length", key.size(1), "value length", value.size(1));
    Require.equal("key batch", key.size(0), "query batch", query.size(0));
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

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable q = splitHeads(view, query);
    SDVariable k = splitHeads(view, key);
    SDVariable v = splitHeads(view, value);
    SDVariable scores = sd.mmul(q.mul(scale), k, false, true, false);
    if (mask.isPresent()) {
      scores = scores.add(view.variable(mask.get()));
    }
    SDVariable y = sd.mmul(sd.nn.softmax(scores, 3), v);
    return sd.reshape(sd.permute(y, 0, 2, 1, 3), outputShape());
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  private SDVariable splitHeads(SameDiffView view, Tensor x) {
    SameDiff sd = view.sameDiff();
    SDVariable split = sd.reshape(view.variable(x), x.size(0), x.size(1), heads, x.size(2) / heads);
    return sd.permute(split, 0, 2, 1, 3);
  }
}
