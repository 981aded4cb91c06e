package org.diffusion4j.core.verify.operation;

import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.AttentionWeights;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Multi-head attention. */
final class Attentions implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of("attention", new GraphCheck(Attentions::attention));
  }

  private static Map<String, Tensor> attention(Operands in) {
    Graph graph = in.graph();
    Tensor q = in.input("q");
    Tensor k = in.input("k");
    double scale = in.params().number("scale");
    int heads = Math.toIntExact(q.size(1));
    Optional<Tensor> mask = in.params().has("mask") ? in.optional("mask") : Optional.empty();
    Tensor query = joinHeads(graph, q);
    Tensor key = joinHeads(graph, k);
    Tensor value = joinHeads(graph, in.input("v"));
    Tensor y = graph.add(new Attention(query, key, value, mask, heads, scale));
    Tensor probs = graph.add(new AttentionWeights(query, key, mask, heads, scale));
    return Map.of("y", splitHeads(graph, y, heads), "probs", probs);
  }

  /** {@code [n, heads, s, d] -> [n, s, heads*d]}. */
  private static Tensor joinHeads(Graph graph, Tensor x) {
    Tensor joined = graph.permute(x, 0, 2, 1, 3);
    return graph.reshape(joined, x.size(0), x.size(2), x.size(1) * x.size(3));
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  private static Tensor splitHeads(Graph graph, Tensor x, int heads) {
    Tensor split = graph.reshape(x, x.size(0), x.size(1), heads, x.size(2) / heads);
    return graph.permute(split, 0, 2, 1, 3);
  }
}
