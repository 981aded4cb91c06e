package org.diffusion4j.core.graph;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A small graph with a layer of a kind; {@link #all()} has every kind in its variations.
 *
 * @param build adds it to a graph
 */
public record LayerCase(
    Class<? extends Layer> layer, String detail, Function<Graph, Tensor> build) {
  /** The input that is drawn from [0.5, 1.5), for functions that need it. */
  private static final String POSITIVE = "positive";

  private static final Initializer UNUSED = new Initializer.Constant(0);
  private static final int SEED = 7;

  @Override
  public String toString() {
    return layer.getSimpleName() + " " + detail;
  }

  /** A value for each parameter and input of a case's graph, of its type but for ids. */
  public static Map<String, INDArray> values(Graph graph) {
    Generator generator = new Generator(SEED);
    Map<String, INDArray> values = GradientCheck.draw(graph, generator);
    graph
        .inputs()
        .forEach(
            (name, input) -> {
              if (input.type() == DataType.INT64) {
                values.put(name, Nd4j.createFromArray(new long[][] {{4, 0, 4}, {2, 4, 0}}));
              } else if (name.equals(POSITIVE)) {
                long[] shape = input.tensor().shapeArray();
                values.put(name, generator.rand(shape).castTo(DataType.DOUBLE).addi(0.5));
              }
            });
    values.replaceAll(
        (name, array) ->
            array.dataType() == DataType.INT64 ? array : array.castTo(graph.dataType()));
    return values;
  }

  /** Every kind of layer of this package, as its compiled classes have it. */
  public static Set<Class<?>> kinds() {
    try (Stream<Path> files =
        Files.list(Path.of(Layer.class.getResource("Layer.class").toURI()).getParent())) {
      Set<Class<?>> kinds = new HashSet<>();
      for (String file : files.map(path -> path.getFileName().toString()).toList()) {
        Class<?> type =
            Class.forName(Layer.class.getPackageName() + "." + file.replace(".class", ""));
        if (type.isRecord() && Layer.class.isAssignableFrom(type)) {
          kinds.add(type);
        }
      }
      return kinds;
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Stream<LayerCase> all() {
    List<LayerCase> cases = new ArrayList<>();
    for (UnaryFunction function : UnaryFunction.values()) {
      cases.add(
          new LayerCase(Unary.class, function.name(), g -> g.apply(function, positive(g, 3, 5))));
      if (function != UnaryFunction.LOG && function != UnaryFunction.SQRT) {
        cases.add(
            new LayerCase(
                Unary.class, function + " of both signs", g -> g.apply(function, x(g, 7, 5))));
      }
    }
    for (BinaryFunction function : BinaryFunction.values()) {
      cases.add(binary(function, new long[] {2, 3, 5}, new long[] {2, 3, 5}));
      cases.add(binary(function, new long[] {2, 3, 5}, new long[] {3, 1}));
      cases.add(binary(function, new long[] {3, 1}, new long[] {2, 3, 5}));
      cases.add(binary(function, new long[] {2, 1, 5}, new long[] {1, 3, 1}));
      cases.add(binary(function, new long[] {1, 1}, new long[] {5}));
      cases.add(binary(function, new long[] {3}, new long[] {1, 1, 1}));
    }
    for (Reduce.Reduction reduction : Reduce.Reduction.values()) {
      cases.add(reduce(reduction, true, 1));
      cases.add(reduce(reduction, false, 0, -1));
      cases.add(reduce(reduction, false));
    }
    cases.addAll(shapes());
    cases.addAll(products());
    cases.addAll(networks());
    cases.addAll(activations());
    cases.addAll(convolutions());
    cases.addAll(poolings());
    cases.addAll(interpolations());
    return cases.stream();
  }

  private static List<LayerCase> shapes() {
    return List.of(
        new LayerCase(Concat.class, "axis 1", g -> g.concat(1, x(g, 2, 3, 5), y(g, 2, 7, 5))),
        new LayerCase(Concat.class, "axis -1", g -> g.concat(-1, x(g, 2, 3), y(g, 2, 5))),
        new LayerCase(
            Constant.class, "", g -> x(g, 3).times(g.constant(new double[] {2, 5, 7}, 3))),
        new LayerCase(Pad2d.class, "", g -> g.pad2d(x(g, 2, 1, 3, 5), 1, 2, 3, 0)),
        new LayerCase(Permute.class, "", g -> g.permute(x(g, 2, 3, 5), 2, 0, 1)),
        new LayerCase(Reshape.class, "", g -> g.reshape(x(g, 2, 3, 5), 5, 6)),
        new LayerCase(
            Reshape.class, "of a permutation", g -> g.reshape(g.permute(x(g, 3, 5), 1, 0), 15)),
        new LayerCase(Slice.class, "axis 0", g -> g.slice(x(g, 7, 2), 0, 2, 5)),
        new LayerCase(Slice.class, "axis -1", g -> g.slice(x(g, 2, 3, 5), -1, 1, 3)),
        new LayerCase(NearestUpsampling2d.class, "2", g -> g.upsample2d(x(g, 2, 1, 3, 5), 2)),
        new LayerCase(NearestUpsampling2d.class, "3", g -> g.upsample2d(x(g, 1, 2, 5, 3), 3)));
  }

  private static List<LayerCase> products() {
    return List.of(
        new LayerCase(Affine.class, "scale and offset", g -> g.affine(x(g, 2, 3), 5, 7)),
        new LayerCase(Affine.class, "scale", g -> g.affine(x(g, 2, 3), -5, 0)),
        new LayerCase(Affine.class, "offset", g -> x(g, 2, 3).plus(7)),
        new LayerCase(
            Binary.class,
            "of a tensor with itself",
            g -> {
              Tensor x = x(g, 3, 5);
              return x.times(x);
            }),
        new LayerCase(Clip.class, "", g -> g.clip(x(g, 7, 5), -0.5, 1)),
        new LayerCase(
            Dense.class,
            "",
            g -> g.dense(x(g, 2, 3), parameter(g, "weight", 3, 5), parameter(g, "bias", 5))),
        new LayerCase(
            Dense.class,
            "of rank 3",
            g -> g.dense(x(g, 2, 5, 3), parameter(g, "weight", 3, 7), parameter(g, "bias", 7))),
        new LayerCase(
            Dense.class, "without bias", g -> g.dense(x(g, 2, 3), parameter(g, "weight", 3, 5))),
        new LayerCase(MatMul.class, "", g -> g.matMul(x(g, 2, 3), y(g, 3, 5))),
        new LayerCase(MatMul.class, "transposed", g -> g.matMulTransposed(x(g, 2, 3), y(g, 5, 3))),
        new LayerCase(
            SameDiffOperation.class,
            "",
            g ->
                g.add(
                    SameDiffOperation.of(
                        List.of(x(g, 2, 3), y(g, 2, 3)),
                        (sd, v) -> v.get(0).mul(sd.math.exp(v.get(1))),
                        2,
                        3))));
  }

  private static List<LayerCase> activations() {
    return List.of(
        new LayerCase(Elu.class, "", g -> g.elu(x(g, 7, 5), 0.7)),
        new LayerCase(LeakyRelu.class, "", g -> g.leakyRelu(x(g, 7, 5), 0.3)),
        new LayerCase(LeakyRelu.class, "steeper below", g -> g.leakyRelu(x(g, 7, 5), 3)),
        new LayerCase(
            ArgMin.class,
            "",
            g -> {
              Tensor x = x(g, 2, 5, 3);
              return g.permute(x, 0, 2, 1).times(g.oneHot(g.argMin(x, 1), 5));
            }),
        new LayerCase(
            StopGradient.class,
            "",
            g -> x(g, 2, 3).times(g.stopGradient(g.constant(new double[] {2, 5, 7}, 1, 3)))),
        new LayerCase(
            OneHot.class, "", g -> x(g, 2, 3, 5).times(g.oneHot(g.inputIds("ids", 2, 3), 5))),
        new LayerCase(
            AttentionWeights.class, "", g -> g.attentionWeights(query(g), key(g), 2, 0.4)),
        new LayerCase(
            AttentionWeights.class,
            "masked",
            g -> g.attentionWeights(query(g), key(g), g.input("mask", 1, 1, 3, 7), 2, 0.4)),
        new LayerCase(Softmax.class, "", g -> g.softmax(x(g, 2, 3, 5))),
        new LayerCase(Softmax.class, "of axis 0", g -> g.softmax(x(g, 2, 3, 5), 0)),
        new LayerCase(Softmax.class, "of axis 1", g -> g.softmax(x(g, 2, 3, 5, 2), 1)),
        new LayerCase(Softmax.class, "logarithm", g -> g.logSoftmax(x(g, 2, 3, 5))),
        new LayerCase(Softmax.class, "logarithm of axis 1", g -> g.logSoftmax(x(g, 2, 3, 5), 1)));
  }

  private static List<LayerCase> networks() {
    return List.of(
        new LayerCase(
            Embedding.class,
            "",
            g -> g.embedding(parameter(g, "table", 5, 7), g.inputIds("ids", 2, 3))),
        new LayerCase(
            GroupNormalization.class,
            "",
            g ->
                g.groupNorm(
                    x(g, 2, 6, 5, 3), parameter(g, "weight", 6), parameter(g, "bias", 6), 2, 1e-5)),
        new LayerCase(
            GroupNormalization.class,
            "of one group",
            g ->
                g.groupNorm(
                    x(g, 2, 3, 1, 5), parameter(g, "weight", 3), parameter(g, "bias", 3), 1, 1e-5)),
        new LayerCase(
            GroupNormalization.class,
            "of sequences alone",
            g -> g.groupNorm(x(g, 2, 6, 5), 3, 1e-5)),
        new LayerCase(
            GroupNormalization.class, "of features", g -> g.groupNorm(x(g, 5, 6), 2, 1e-5)),
        new LayerCase(
            LayerNormalization.class,
            "of two axes",
            g ->
                g.layerNorm(
                    x(g, 2, 3, 5), parameter(g, "weight", 3, 5), parameter(g, "bias", 3, 5), 1e-5)),
        new LayerCase(LayerNormalization.class, "alone", g -> g.layerNorm(x(g, 2, 3, 5), 1e-5, 5)),
        new LayerCase(
            LayerNormalization.class,
            "",
            g ->
                g.layerNorm(
                    x(g, 2, 3, 5), parameter(g, "weight", 5), parameter(g, "bias", 5), 1e-5)),
        new LayerCase(BatchNormalization.class, "of rows", g -> batchNorm(g, x(g, 7, 5))),
        new LayerCase(BatchNormalization.class, "of images", g -> batchNorm(g, x(g, 2, 5, 3, 1))),
        new LayerCase(Attention.class, "", g -> attention(g, Optional.empty())),
        new LayerCase(
            Attention.class, "masked", g -> attention(g, Optional.of(g.input("mask", 1, 1, 3, 7)))),
        new LayerCase(
            Attention.class,
            "masked by batch",
            g -> attention(g, Optional.of(g.input("mask", 2, 1, 1, 7)))));
  }

  private static Tensor batchNorm(Graph graph, Tensor x) {
    return graph.batchNorm(
        x,
        parameter(graph, "mean", 5),
        positive(graph, 5),
        parameter(graph, "weight", 5),
        parameter(graph, "bias", 5),
        1e-5);
  }

  private static List<LayerCase> convolutions() {
    ConvSettings plain = ConvSettings.DEFAULT;
    ConvSettings uneven = plain.withStride(new Size2d(2, 1)).withPadding(new Size2d(1, 2));
    return List.of(
        conv2d(plain.withPadding(1), 3, 5),
        conv2d(plain.withStride(2).withPadding(1), 3, 5),
        conv2d(plain.withPadding(2).withDilation(2), 3, 5),
        conv2d(uneven.withDilation(new Size2d(1, 2)), 3, 5),
        conv2d(uneven.withGroups(2), 6, 10),
        conv2d(plain.withGroups(3).withDilation(2).withPadding(1), 6, 9),
        conv2d(uneven.withGroups(3), 3, 3),
        conv2d(plain.withGroups(3).withDilation(2).withPadding(1), 3, 6),
        new LayerCase(
            Convolution2d.class,
            "1x1 without bias",
            g -> g.conv2d(x(g, 2, 3, 5, 7), parameter(g, "weight", 1, 1, 3, 5), plain)),
        convTranspose2d(plain, 3, 5, Size2d.of(0)),
        convTranspose2d(plain.withStride(2).withPadding(1), 3, 5, Size2d.of(1)),
        convTranspose2d(uneven.withStride(new Size2d(3, 2)), 3, 5, new Size2d(2, 0)),
        convTranspose2d(uneven.withDilation(2), 3, 5, new Size2d(1, 1)),
        convTranspose2d(plain.withDilation(3).withPadding(1), 3, 5, new Size2d(2, 1)),
        convTranspose2d(plain.withStride(2).withGroups(2), 6, 5, new Size2d(1, 0)),
        new LayerCase(
            TransposedConvolution2d.class,
            "without bias",
            g ->
                g.convTranspose2d(
                    x(g, 2, 3, 5, 2),
                    parameter(g, "weight", 2, 2, 5, 3),
                    plain.withStride(2),
                    Size2d.of(0))));
  }

  private static LayerCase conv2d(ConvSettings settings, int in, int out) {
    return new LayerCase(
        Convolution2d.class,
        in + " to " + out + ", " + settings,
        g ->
            g.conv2d(
                x(g, 2, in, 7, 5),
                parameter(g, "weight", 3, 2, in / settings.groups(), out),
                parameter(g, "bias", out),
                settings));
  }

  private static LayerCase convTranspose2d(
      ConvSettings settings, int in, int outOfGroup, Size2d outputPadding) {
    return new LayerCase(
        TransposedConvolution2d.class,
        settings + ", " + outputPadding,
        g ->
            g.convTranspose2d(
                x(g, 2, in, 3, 5),
                parameter(g, "weight", 3, 2, outOfGroup, in),
                parameter(g, "bias", (long) outOfGroup * settings.groups()),
                settings,
                outputPadding));
  }

  private static List<LayerCase> poolings() {
    PoolSettings overlapping = PoolSettings.of(3).withStride(2).withPadding(1);
    List<LayerCase> cases = new ArrayList<>();
    for (PoolSettings settings :
        List.of(
            PoolSettings.of(2),
            PoolSettings.of(2).withCeilMode(true),
            overlapping,
            overlapping.withCeilMode(true),
            PoolSettings.of(4).withStride(3).withPadding(1).withCeilMode(true))) {
      cases.add(
          new LayerCase(
              MaxPool2d.class, settings.toString(), g -> g.maxPool2d(x(g, 2, 3, 5, 7), settings)));
      cases.add(
          new LayerCase(
              AvgPool2d.class, settings.toString(), g -> g.avgPool2d(x(g, 2, 3, 5, 7), settings)));
      cases.add(
          new LayerCase(
              MaxPool2dIndices.class,
              settings.toString(),
              g -> {
                Tensor indices = g.maxPool2dIndices(constant(g, 2, 3, 5, 7), settings);
                return g.maxUnpool2d(x(g, indices.shapeArray()), indices, 5, 7);
              }));
    }
    cases.add(
        new LayerCase(
            MaxUnpool2d.class,
            "of a pooling",
            g -> {
              PoolSettings settings = PoolSettings.of(2);
              Tensor indices = g.maxPool2dIndices(constant(g, 2, 3, 4, 6), settings);
              return g.maxUnpool2d(x(g, 2, 3, 2, 3), indices, settings);
            }));
    return cases;
  }

  /** Values of which a pooling takes now the one, now the other. */
  private static Tensor constant(Graph graph, long... shape) {
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return graph.constant(new Generator(SEED).randn(length).data().asDouble(), shape);
  }

  private static List<LayerCase> interpolations() {
    List<LayerCase> cases = new ArrayList<>();
    for (Interpolation mode : Interpolation.values()) {
      cases.add(
          new LayerCase(
              Interpolate2d.class,
              mode + " to a size",
              g -> g.interpolateTo(x(g, 2, 3, 5, 7), mode, 7, 3)));
      cases.add(
          new LayerCase(
              Interpolate2d.class,
              mode + " by factors",
              g -> g.interpolateBy(x(g, 2, 3, 3, 5), mode, 1.7, 0.7)));
    }
    return cases;
  }

  private static Tensor attention(Graph graph, Optional<Tensor> mask) {
    Tensor value = graph.input("value", 2, 7, 2 * 3);
    return graph.add(new Attention(query(graph), key(graph), value, mask, 2, 0.4));
  }

  private static Tensor query(Graph graph) {
    return graph.input("query", 2, 3, 2 * 5);
  }

  private static Tensor key(Graph graph) {
    return graph.input("key", 2, 7, 2 * 5);
  }

  private static LayerCase binary(BinaryFunction function, long[] a, long[] b) {
    return new LayerCase(
        Binary.class,
        function + " of " + Arrays.toString(a) + " and " + Arrays.toString(b),
        g -> {
          Tensor x = x(g, a);
          Tensor y = positive(g, b);
          return switch (function) {
            case ADD -> x.plus(y);
            case SUBTRACT -> x.minus(y);
            case MULTIPLY -> x.times(y);
            case DIVIDE -> x.dividedBy(y);
          };
        });
  }

  private static LayerCase reduce(Reduce.Reduction reduction, boolean keepAxes, Integer... axes) {
    return new LayerCase(
        Reduce.class,
        reduction + " of axes " + List.of(axes),
        g -> {
          Tensor x = x(g, 2, 3, 5);
          return switch (reduction) {
            case SUM -> g.sum(x, keepAxes, axes);
            case MEAN -> g.mean(x, keepAxes, axes);
            case MAX -> g.max(x, keepAxes, axes);
          };
        });
  }

  private static Tensor x(Graph graph, long... shape) {
    return graph.input("x", shape);
  }

  private static Tensor y(Graph graph, long... shape) {
    return graph.input("y", shape);
  }

  private static Tensor positive(Graph graph, long... shape) {
    return graph.input(POSITIVE, shape);
  }

  private static Tensor parameter(Graph graph, String name, long... shape) {
    return graph.parameter(name, ParameterLayout.PLAIN, UNUSED, shape);
  }
}
