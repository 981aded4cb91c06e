package org.diffusion4j.clip.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.LayerNorm;
import org.diffusion4j.core.nn.Linear;

/**
 * The transformer that text and vision model share: pre-norm layers of self-attention and a
 * two-layer perceptron (Radford et al. 2019, section 2.3).
 *
 * @param layers the number of layers
 * @param heads the attention heads of each
 * @param intermediateSize the hidden features of each perceptron
 * @param hiddenAct the activation of each perceptron
 * @param epsilon the epsilon of the layer norms
 */
public record ClipEncoder(
    int layers, int heads, int intermediateSize, HiddenAct hiddenAct, double epsilon) {

  public ClipEncoder {
    Require.positive("layers", layers);
    Require.positive("heads", heads);
    Require.positive("intermediateSize", intermediateSize);
  }

  /** How many weights such layers have, biases and norms aside. */
  public static long weights(int layers, int features, int intermediateSize) {
    return layers * (4L * features * features + 2L * features * intermediateSize);
  }

  /**
   * Adds the layers, in which every position looks at all.
   *
   * @param x {@code [n, s, d]}
   * @return x and what each layer gives, each {@code [n, s, d]}
   */
  public List<Tensor> build(Graph graph, Tensor x) {
    return build(graph, x, Optional.empty());
  }

  /**
   * Adds the layers.
   *
   * @param x {@code [n, s, d]}
   * @param mask added to the attention scores, broadcast to {@code [n, heads, s, s]}
   * @return x and what each layer gives, each {@code [n, s, d]}
   */
  public List<Tensor> build(Graph graph, Tensor x, Tensor mask) {
    return build(graph, x, Optional.of(mask));
  }

  private List<Tensor> build(Graph graph, Tensor x, Optional<Tensor> mask) {
    List<Tensor> states = new ArrayList<>();
    states.add(x);
    for (int i = 0; i < layers; i++) {
      states.add(layer(graph.scope("layers." + i), states.get(i), mask));
    }
    return List.copyOf(states);
  }

  private Tensor layer(Graph graph, Tensor x, Optional<Tensor> mask) {
    Tensor h = new LayerNorm(epsilon).build(graph.scope("layer_norm1"), x);
    Tensor attended = graph.plus(selfAttention(graph.scope("self_attn"), h, mask), x);
    h = new LayerNorm(epsilon).build(graph.scope("layer_norm2"), attended);
    return graph.plus(perceptron(graph.scope("mlp"), h), attended);
  }

  private Tensor selfAttention(Graph graph, Tensor x, Optional<Tensor> mask) {
    long features = x.size(2);
    Tensor query = new Linear(features).build(graph.scope("q_proj"), x);
    Tensor key = new Linear(features).build(graph.scope("k_proj"), x);
    Tensor value = new Linear(features).build(graph.scope("v_proj"), x);
    double scale = 1 / Math.sqrt((double) features / heads);
    Tensor attended = graph.add(new Attention(query, key, value, mask, heads, scale));
    return new Linear(features).build(graph.scope("out_proj"), attended);
  }

  private Tensor perceptron(Graph graph, Tensor x) {
    Tensor h = new Linear(intermediateSize).build(graph.scope("fc1"), x);
    h = graph.apply(hiddenAct.function(), h);
    return new Linear(x.size(2)).build(graph.scope("fc2"), h);
  }
}
