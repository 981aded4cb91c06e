package org.diffusion4j.core.execution.onednn;

import static org.diffusion4j.core.execution.onednn.SameDiffComparison.LOSS;
import static org.diffusion4j.core.execution.onednn.SameDiffComparison.OUTPUT;
import static org.diffusion4j.core.execution.onednn.SameDiffComparison.assertEqual;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.attention.BasicTransformerBlock;
import org.diffusion4j.core.nn.attention.Geglu;
import org.diffusion4j.core.nn.attention.Transformer2DModel;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Layers that are computed together, in the sizes that primitives are made for, against SameDiff.
 */
class OneDnnNetworksTest {
  private static final double F32_TOLERANCE = 3e-5;
  private static final double BF16_TOLERANCE = 6e-2;
  private static final int SEED = 11;

  private static final Map<String, Function<Graph, Tensor>> NETWORKS = new LinkedHashMap<>();

  static {
    NETWORKS.put(
        "residual block with time",
        g ->
            new ResnetBlock2D(32, 4, 1e-5)
                .build(g.scope("b"), image(g, 3, 16), g.input("time", 3, 7)));
    NETWORKS.put(
        "residual block that scales and shifts by time",
        g ->
            new ResnetBlock2D(
                    16,
                    4,
                    1e-5,
                    UnaryFunction.SILU,
                    ResnetBlock2D.TimeScaleShift.SCALE_SHIFT,
                    ResnetBlock2D.Resampling.UP,
                    1.5)
                .build(g.scope("b"), image(g, 2, 16), g.input("time", 2, 7)));
    NETWORKS.put(
        "transformer on pixels",
        g ->
            new Transformer2DModel(new BasicTransformerBlock(2, 16), 1, 4, false)
                .build(g.scope("t"), image(g, 2, 32), g.input("context", 2, 5, 11)));
    NETWORKS.put("gated layer", g -> new Geglu(48).build(g.scope("g"), g.input("x", 2, 67, 16)));
    NETWORKS.put(
        "attention whose scores do not fit the cache",
        g ->
            g.attention(
                g.input("q", 2, 557, 3 * 16),
                g.input("k", 2, 701, 3 * 16),
                g.input("v", 2, 701, 3 * 8),
                g.input("mask", 1, 1, 557, 701),
                3,
                0.3));
    NETWORKS.put(
        "a large convolution with an activation and a residual",
        g -> {
          Tensor x = g.input("x", 3, 64, 40, 36);
          Tensor y = Conv2d.same3x3(80).build(g.scope("c"), x);
          return g.apply(UnaryFunction.SILU, y).plus(g.input("r", 3, 80, 40, 36));
        });
    NETWORKS.put(
        "a large convolution of a single row of tiles",
        g -> Conv2d.same3x3(64).build(g.scope("c"), g.input("x", 2, 64, 4, 516)));
    NETWORKS.put(
        "a sum after a norm and its activation",
        g -> {
          Tensor norm = new GroupNorm(4, 1e-5).build(g.scope("n"), image(g, 2, 32));
          return g.apply(UnaryFunction.SILU, norm).plus(g.input("r", 2, 32, 7, 5));
        });
    NETWORKS.put(
        "a sum after a norm of sequences",
        g -> {
          Tensor x = g.input("x", 2, 16, 97);
          Tensor norm = new GroupNorm(2, 1e-5).build(g.scope("n"), x);
          return g.apply(UnaryFunction.TANH, norm).plus(x).times(3);
        });
    NETWORKS.put(
        "group norm of one image of few channels",
        g -> new GroupNorm(3, 1e-5).build(g.scope("n"), g.input("x", 1, 12, 31, 29)));
    NETWORKS.put(
        "group norm of one sequence of few channels",
        g -> new GroupNorm(3, 1e-5).build(g.scope("n"), g.input("x", 1, 6, 97)));
    NETWORKS.put(
        "group norm of a single row of pixels",
        g -> new GroupNorm(5, 1e-5).build(g.scope("n"), g.input("x", 1, 10, 1, 3)));
    NETWORKS.put(
        "sum by channel of a single row of pixels",
        g ->
            Conv2d.same3x3(10)
                .build(g.scope("c"), g.input("x", 1, 7, 1, 3))
                .times(g.input("y", 1, 10, 1, 1)));
    NETWORKS.put("a convolution after zeros on two sides", OneDnnNetworksTest::downsampling);
    NETWORKS.put("a sum that two layers read", OneDnnNetworksTest::shared);
    NETWORKS.put("parts of an axis that overlap", OneDnnNetworksTest::overlapping);
    NETWORKS.put("a weight that two layers read", OneDnnNetworksTest::tied);
    NETWORKS.put(
        "group norm of few values with a large mean",
        g -> {
          Tensor x = image(g, 2, 48).plus(5);
          return g.apply(UnaryFunction.SILU, new GroupNorm(3, 1e-5).build(g.scope("n"), x));
        });
  }

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreThoseOfSameDiff() {
    return NETWORKS.keySet().stream()
        .flatMap(
            name ->
                Stream.of(
                    dynamicTest(name, () -> check(name, Precision.F32, F32_TOLERANCE)),
                    dynamicTest(
                        name + " in bfloat16", () -> check(name, Precision.BF16, BF16_TOLERANCE))));
  }

  @Test
  void nothingRunsOnSlowReferenceCode() {
    for (String name : NETWORKS.keySet()) {
      Graph graph = SameDiffComparison.graph(NETWORKS.get(name), DataType.FLOAT);
      Weights weights = Weights.initialize(graph.parameters(), new Generator(SEED));
      GraphCompiler compiler = new GraphCompiler(graph, weights, Precision.F32);
      List<String> parameters = graph.parameters().stream().map(ParameterSpec::name).toList();
      try (CompiledGraph forward = compiler.forward(List.of(OUTPUT));
          CompiledGraph backward = compiler.gradients(LOSS, parameters, List.of())) {
        assertEquals(Set.of(), forward.references(), name);
        assertEquals(Set.of(), backward.references(), name);
      }
    }
  }

  private static Tensor image(Graph graph, long n, long channels) {
    return graph.input("image", n, channels, 7, 5);
  }

  private static Tensor downsampling(Graph graph) {
    Tensor padded = graph.pad2d(image(graph, 2, 16), 0, 1, 0, 1);
    return new Conv2d(32, Size2d.of(3), ConvSettings.DEFAULT.withStride(2))
        .build(graph.scope("c"), padded);
  }

  private static Tensor shared(Graph graph) {
    Tensor x = image(graph, 2, 16);
    Tensor sum = Conv2d.same3x3(16).build(graph.scope("a"), x).plus(x);
    return sum.plus(Conv2d.same3x3(16).build(graph.scope("b"), sum));
  }

  private static Tensor overlapping(Graph graph) {
    Tensor y = new Linear(11).build(graph.scope("l"), graph.input("x", 3, 7));
    Tensor left = graph.slice(y, 1, 0, 7);
    Tensor right = graph.apply(UnaryFunction.TANH, graph.slice(y, 1, 4, 11));
    return left.times(right);
  }

  private static Tensor tied(Graph graph) {
    Tensor x = graph.input("x", 3, 7);
    Tensor h = graph.apply(UnaryFunction.TANH, new Linear(7).build(graph.scope("l"), x));
    return new Linear(7).build(graph.scope("l"), h);
  }

  private static void check(String name, Precision precision, double tolerance) {
    assertEqual(
        NETWORKS.get(name),
        graph -> GradientCheck.draw(graph, new Generator(SEED)),
        precision,
        tolerance);
  }
}
