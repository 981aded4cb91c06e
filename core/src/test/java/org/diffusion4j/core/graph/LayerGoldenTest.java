package org.diffusion4j.core.graph;

import static java.util.stream.Collectors.toSet;
import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.diffusion4j.core.nn.attention.Geglu;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers against torch: values and gradients of {@code sum(y * w)}. */
class LayerGoldenTest {
  /** That of the reference. */
  private static final double NEGATIVE_SLOPE = 0.2;

  private static final Map<String, BiFunction<Graph, Tensor, Tensor>> ACTIVATIONS =
      Map.ofEntries(
          unary("silu", UnaryFunction.SILU),
          unary("gelu_erf", UnaryFunction.GELU),
          unary("gelu_tanh", UnaryFunction.GELU_TANH),
          unary("quick_gelu", UnaryFunction.QUICK_GELU),
          unary("mish", UnaryFunction.MISH),
          unary("softplus", UnaryFunction.SOFTPLUS),
          unary("relu", UnaryFunction.RELU),
          unary("sigmoid", UnaryFunction.SIGMOID),
          unary("tanh", UnaryFunction.TANH),
          Map.entry("elu", (graph, x) -> graph.elu(x, 1)),
          Map.entry("leaky_relu", (graph, x) -> graph.leakyRelu(x, NEGATIVE_SLOPE)),
          Map.entry("geglu", Geglu::gate));

  private static Map.Entry<String, BiFunction<Graph, Tensor, Tensor>> unary(
      String name, UnaryFunction function) {
    return Map.entry(name, (graph, x) -> graph.apply(function, x));
  }

  static Stream<GoldenFile.Case> activations() {
    return cases("activations");
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsAreTorchs(GoldenFile.Case golden) {
    BiFunction<Graph, Tensor, Tensor> activation = ACTIVATIONS.get(golden.name());
    assertMatches(golden, (graph, in) -> activation.apply(graph, in.get("x")));
  }

  static Stream<GoldenFile.Case> softmax() {
    return cases("softmax");
  }

  @ParameterizedTest
  @MethodSource("softmax")
  void softmaxIsTorchs(GoldenFile.Case golden) {
    boolean logarithm = golden.name().toLowerCase(Locale.ROOT).startsWith("log");
    int axis = golden.param("dim").asInt();
    assertMatches(
        golden,
        (graph, in) ->
            logarithm ? graph.logSoftmax(in.get("x"), axis) : graph.softmax(in.get("x"), axis));
  }

  static Stream<GoldenFile.Case> layerNorm() {
    return cases("layer_norm");
  }

  @ParameterizedTest
  @MethodSource("layerNorm")
  void layerNormIsTorchs(GoldenFile.Case golden) {
    double eps = golden.param("eps").asDouble();
    long[] shape =
        StreamSupport.stream(golden.param("normalized_shape").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray();
    assertMatches(
        golden,
        (graph, in) ->
            golden.has("weight")
                ? graph.layerNorm(in.get("x"), in.get("weight"), in.get("bias"), eps)
                : graph.layerNorm(in.get("x"), eps, shape));
  }

  static Stream<GoldenFile.Case> groupNorm() {
    return cases("group_norm");
  }

  @ParameterizedTest
  @MethodSource("groupNorm")
  void groupNormIsTorchs(GoldenFile.Case golden) {
    int groups = golden.param("num_groups").asInt();
    double eps = golden.param("eps").asDouble();
    assertMatches(
        golden,
        (graph, in) ->
            golden.has("weight")
                ? graph.groupNorm(in.get("x"), in.get("weight"), in.get("bias"), groups, eps)
                : graph.groupNorm(in.get("x"), groups, eps));
  }

  static Stream<GoldenFile.Case> conv2d() {
    return cases("conv2d").filter(c -> c.param("groups").asInt() == 1 && c.param("stride").isInt());
  }

  @ParameterizedTest
  @MethodSource("conv2d")
  void convolutionIsTorchs(GoldenFile.Case golden) {
    int stride = golden.param("stride").asInt();
    int padding = golden.param("padding").asInt();
    int dilation = golden.param("dilation").asInt();
    JsonNode zeros = golden.param("pre_pad");
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor x = in.get("x");
          if (zeros.isArray()) {
            x = graph.pad2d(x, side(zeros, 0), side(zeros, 1), side(zeros, 2), side(zeros, 3));
          }
          Optional<Tensor> bias =
              golden.has("bias") ? Optional.of(in.get("bias")) : Optional.empty();
          Tensor weight = graph.permute(in.get("weight"), 2, 3, 1, 0);
          return graph.conv2d(x, weight, bias, stride, padding, dilation);
        });
  }

  private static int side(JsonNode zeros, int index) {
    return zeros.get(index).asInt();
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
          Tensor query = joinHeads(graph, in.get("q"));
          Tensor key = joinHeads(graph, in.get("k"));
          Optional<Tensor> mask =
              golden.has("mask") ? Optional.of(in.get("mask")) : Optional.empty();
          graph.named("probs", graph.attentionWeights(query, key, mask, heads, scale));
          Tensor y = graph.attention(query, key, joinHeads(graph, in.get("v")), mask, heads, scale);
          Tensor split = graph.reshape(y, y.size(0), y.size(1), heads, y.size(2) / heads);
          return graph.permute(split, 0, 2, 1, 3);
        },
        "probs");
  }

  /** {@code [n, heads, s, d] -> [n, s, heads*d]}. */
  private static Tensor joinHeads(Graph graph, Tensor x) {
    Tensor joined = graph.permute(x, 0, 2, 1, 3);
    return graph.reshape(joined, x.size(0), x.size(2), x.size(1) * x.size(3));
  }

  static Stream<GoldenFile.Case> upsampling() {
    return cases("interpolate")
        .filter(
            c -> c.param("mode").asText().equals("nearest") && c.param("scale_factor").isNumber());
  }

  @ParameterizedTest
  @MethodSource("upsampling")
  void upsamplingIsTorchsNearestInterpolation(GoldenFile.Case golden) {
    int factor = golden.param("scale_factor").asInt();
    assertMatches(golden, (graph, in) -> graph.upsample2d(in.get("x"), factor));
  }

  @Test
  void theReferenceCoversEveryOperation() {
    assertEquals(6, conv2d().count());
    assertEquals(4, attention().count());
    assertEquals(1, upsampling().count());
    assertEquals(ACTIVATIONS.keySet(), activations().map(GoldenFile.Case::name).collect(toSet()));
    assertEquals(4, softmax().count());
    assertEquals(3, layerNorm().count());
    assertEquals(5, groupNorm().count());
  }

  private static Stream<GoldenFile.Case> cases(String operation) {
    return GoldenFile.open("golden/ops/" + operation).cases().stream();
  }
}
