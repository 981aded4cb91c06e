package org.diffusion4j.core.graph;

import static java.util.stream.Collectors.toSet;
import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers against torch: values and gradients of {@code sum(y * w)}. */
class LayerGoldenTest {
  private static final Map<String, UnaryFunction> ACTIVATIONS =
      Map.of(
          "silu", UnaryFunction.SILU,
          "gelu_erf", UnaryFunction.GELU,
          "quick_gelu", UnaryFunction.QUICK_GELU,
          "relu", UnaryFunction.RELU,
          "sigmoid", UnaryFunction.SIGMOID,
          "tanh", UnaryFunction.TANH);

  static Stream<GoldenFile.Case> activations() {
    return cases("activations").filter(c -> ACTIVATIONS.containsKey(c.param("kind").asText()));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsAreTorchs(GoldenFile.Case golden) {
    UnaryFunction function = ACTIVATIONS.get(golden.param("kind").asText());
    assertMatches(golden, (graph, in) -> graph.apply(function, in.get("x")));
  }

  static Stream<GoldenFile.Case> softmax() {
    return cases("softmax").filter(c -> c.param("dim").asInt() == -1);
  }

  @ParameterizedTest
  @MethodSource("softmax")
  void softmaxIsTorchs(GoldenFile.Case golden) {
    boolean logarithm = golden.name().toLowerCase(Locale.ROOT).startsWith("log");
    assertMatches(
        golden,
        (graph, in) -> logarithm ? graph.logSoftmax(in.get("x")) : graph.softmax(in.get("x")));
  }

  static Stream<GoldenFile.Case> layerNorm() {
    return cases("layer_norm")
        .filter(c -> c.param("affine").asBoolean() && c.param("normalized_shape").size() == 1);
  }

  @ParameterizedTest
  @MethodSource("layerNorm")
  void layerNormIsTorchs(GoldenFile.Case golden) {
    double eps = golden.param("eps").asDouble();
    assertMatches(
        golden, (graph, in) -> graph.layerNorm(in.get("x"), in.get("weight"), in.get("bias"), eps));
  }

  static Stream<GoldenFile.Case> groupNorm() {
    return cases("group_norm")
        .filter(c -> c.param("affine").asBoolean() && c.tensor("x").rank() == 4);
  }

  @ParameterizedTest
  @MethodSource("groupNorm")
  void groupNormIsTorchs(GoldenFile.Case golden) {
    int groups = golden.param("num_groups").asInt();
    double eps = golden.param("eps").asDouble();
    assertMatches(
        golden,
        (graph, in) -> graph.groupNorm(in.get("x"), in.get("weight"), in.get("bias"), groups, eps));
  }

  static Stream<GoldenFile.Case> attention() {
    return cases("attention");
  }

  @ParameterizedTest
  @MethodSource("attention")
  void attentionIsTorchs(GoldenFile.Case golden) {
    double scale = golden.param("scale").asDouble();
    int heads = Math.toIntExact(golden.tensor("q").size(1));
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor query = in.get("q");
          Optional<Tensor> mask =
              golden.has("mask") ? Optional.of(in.get("mask")) : Optional.empty();
          Tensor y =
              graph.attention(
                  joinHeads(graph, query),
                  joinHeads(graph, in.get("k")),
                  joinHeads(graph, in.get("v")),
                  mask,
                  heads,
                  scale);
          Tensor split = graph.reshape(y, y.size(0), y.size(1), heads, y.size(2) / heads);
          return graph.permute(split, 0, 2, 1, 3);
        });
  }

  /** {@code [n, heads, s, d] -> [n, s, heads*d]}. */
  private static Tensor joinHeads(Graph graph, Tensor x) {
    Tensor joined = graph.permute(x, 0, 2, 1, 3);
    return graph.reshape(joined, x.size(0), x.size(2), x.size(1) * x.size(3));
  }

  @Test
  void theReferenceCoversEveryOperation() {
    assertEquals(4, attention().count());
    Set<UnaryFunction> activations =
        activations().map(c -> ACTIVATIONS.get(c.param("kind").asText())).collect(toSet());
    assertEquals(Set.copyOf(ACTIVATIONS.values()), activations);
    assertEquals(2, softmax().count());
    assertEquals(1, layerNorm().count());
    assertTrue(groupNorm().count() >= 3);
  }

  private static Stream<GoldenFile.Case> cases(String operation) {
    return GoldenFile.open("golden/ops/" + operation).cases().stream();
  }
}
