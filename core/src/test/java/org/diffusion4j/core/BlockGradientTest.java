package org.diffusion4j.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.embed.GaussianFourierProjection;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.embed.TimestepEmbedding;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.loss.BceWithLogitsLoss;
import org.diffusion4j.core.loss.ContrastiveLoss;
import org.diffusion4j.core.loss.CrossEntropyLoss;
import org.diffusion4j.core.loss.HuberLoss;
import org.diffusion4j.core.loss.KlDivLoss;
import org.diffusion4j.core.loss.L1Loss;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.loss.Reduction;
import org.diffusion4j.core.loss.SmoothL1Loss;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.nn.BatchNorm;
import org.diffusion4j.core.nn.Conv1d;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.ConvTranspose2d;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.LayerNorm;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.nn.Maxout;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.ResnetBlock2D.Resampling;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;
import org.diffusion4j.core.nn.Upsample2D;
import org.diffusion4j.core.nn.attention.BasicTransformerBlock;
import org.diffusion4j.core.nn.attention.FeedForward;
import org.diffusion4j.core.nn.attention.Geglu;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.nn.attention.SpatialAttention;
import org.diffusion4j.core.nn.attention.Transformer2DModel;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Blocks, distributions and losses against finite differences, by every parameter and input, and as
 * plain SameDiff.
 */
class BlockGradientTest {
  private static final int SEED = 11;

  /** Of a larger tensor, this many elements are looked at one by one. */
  private static final int ELEMENTS = 3;

  private record Case(Class<?> block, String detail, Function<Graph, Tensor> build) {
    @Override
    public String toString() {
      return block.getSimpleName() + " " + detail;
    }
  }

  @Test
  void everyBlockAndLossHasACheck() {
    Set<String> blocks =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackagesOf(
                    Linear.class,
                    MultiHeadAttention.class,
                    TimestepEmbedding.class,
                    DiagonalGaussian.class,
                    MeanSquaredError.class)
                .stream()
                .filter(block -> block.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(block -> !block.isNestedClass())
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    Set<String> checked =
        cases().map(c -> c.block().getName()).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(blocks, checked);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(Case block) {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor output = block.build().apply(graph.scope("block"));
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(SEED));
    values.replaceAll(
        (name, value) -> name.endsWith("running_var") ? value.mul(value).addi(0.5) : value);
    GradientCheck.assertGradients(graph, output, values, ELEMENTS);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plainSameDiffGivesTheSame(Case block) {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor output = graph.named("output", block.build().apply(graph.scope("block")));
    graph.named("loss", graph.mean(output.times(output), false));
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(SEED));
    values.replaceAll(
        (name, value) -> name.endsWith("running_var") ? value.mul(value).addi(0.5) : value);
    Map<String, INDArray> inputs = new LinkedHashMap<>(values);
    inputs.keySet().retainAll(graph.inputs().keySet());
    Weights weights = new Weights(graph.parameters(), values);
    SameDiffDoor.assertSameValues(graph, weights, inputs, List.of("output"));
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }

  private static Stream<Case> cases() {
    return Stream.of(
            layers(),
            residualBlocks(),
            attention(),
            embeddings(),
            gaussians(),
            losses(),
            classification())
        .flatMap(List::stream);
  }

  private static List<Case> layers() {
    return List.of(
        new Case(Conv2d.class, "", g -> Conv2d.square(2, 3, 2, 1).build(g, x(g, 2, 3, 7, 5))),
        new Case(Conv2d.class, "same 3x3", g -> Conv2d.same3x3(5).build(g, x(g, 2, 3, 5, 7))),
        new Case(Conv2d.class, "pointwise", g -> Conv2d.pointwise(5).build(g, x(g, 2, 3, 5, 7))),
        new Case(Conv2d.class, "of patches", g -> Conv2d.patches(5, 2).build(g, x(g, 2, 3, 4, 6))),
        new Case(Downsample2D.class, "padded", g -> Downsample2D.PADDED.build(g, x(g, 2, 3, 5, 7))),
        new Case(
            Downsample2D.class,
            "padded at the end",
            g -> Downsample2D.PADDED_AT_THE_END.build(g, x(g, 2, 3, 6, 7))),
        new Case(
            Downsample2D.class, "averaged", g -> Downsample2D.AVERAGED.build(g, x(g, 2, 3, 4, 6))),
        new Case(Upsample2D.class, "", g -> new Upsample2D().build(g, x(g, 2, 3, 2, 5))),
        new Case(
            Upsample2D.class, "to a size", g -> new Upsample2D().build(g, x(g, 2, 3, 2, 5), 3, 10)),
        new Case(
            Conv1d.class,
            "",
            g ->
                new Conv1d(4, 3, ConvSettings.DEFAULT.withStride(2).withGroups(2))
                    .build(g, x(g, 2, 6, 7))),
        new Case(
            ConvTranspose2d.class,
            "",
            g ->
                new ConvTranspose2d(
                        4,
                        new Size2d(3, 2),
                        ConvSettings.DEFAULT.withStride(2).withPadding(1).withGroups(2),
                        Size2d.of(1))
                    .build(g, x(g, 2, 6, 3, 5))),
        new Case(
            ConvTranspose2d.class,
            "to patches",
            g -> ConvTranspose2d.patches(7, 2).build(g, x(g, 2, 3, 2, 5))),
        new Case(BatchNorm.class, "of rows", g -> new BatchNorm(1e-5).evaluate(g, x(g, 7, 5))),
        new Case(
            BatchNorm.class, "of images", g -> new BatchNorm(1e-5).evaluate(g, x(g, 2, 3, 5, 1))),
        new Case(BatchNorm.class, "training, of rows", g -> trained(g, x(g, 7, 5))),
        new Case(BatchNorm.class, "training, of images", g -> trained(g, x(g, 2, 5, 3, 1))),
        new Case(GroupNorm.class, "", g -> new GroupNorm(3, 1e-6).build(g, x(g, 2, 6, 3, 5))),
        new Case(LayerNorm.class, "", g -> new LayerNorm(1e-5).build(g, x(g, 2, 3, 5))),
        new Case(Maxout.class, "", g -> new Maxout(7, 3).build(g, x(g, 2, 3, 5))),
        new Case(Maxout.class, "of channels", g -> Maxout.max(g, x(g, 2, 6, 3, 5), 1, 2)),
        new Case(Linear.class, "", g -> new Linear(7).build(g, x(g, 2, 3, 5))),
        new Case(Linear.class, "without bias", g -> Linear.withoutBias(7).build(g, x(g, 3, 5))));
  }

  /** Everything that training gives in one tensor. */
  private static Tensor trained(Graph graph, Tensor x) {
    BatchNorm.Trained trained = new BatchNorm(1e-5).train(graph, x, 0.3);
    long[] ofRows = {1, x.size(1)};
    return graph.concat(
        0,
        graph.reshape(trained.y(), x.length() / x.size(1), x.size(1)),
        graph.reshape(trained.runningMean(), ofRows),
        graph.reshape(trained.runningVar(), ofRows));
  }

  private static List<Case> residualBlocks() {
    return Stream.of(
            Stream.of(Resampling.values()).map(BlockGradientTest::scaleShift),
            Stream.of(ActivationFunction.values()).map(BlockGradientTest::activated),
            plainResidualBlocks().stream())
        .flatMap(cases -> cases)
        .toList();
  }

  private static Case activated(ActivationFunction activation) {
    return new Case(
        ActivationFunction.class,
        activation.name(),
        g -> g.apply(activation.function(), x(g, 2, 3, 5)));
  }

  private static Case scaleShift(Resampling resampling) {
    ResnetBlock2D block =
        new ResnetBlock2D(
            4, 2, 1e-5, UnaryFunction.TANH, TimeScaleShift.SCALE_SHIFT, resampling, 1.5);
    return new Case(
        ResnetBlock2D.class,
        "with scale and shift by time, " + resampling,
        g -> block.build(g, x(g, 2, 6, 4, 2), g.input("time", 2, 7)));
  }

  private static List<Case> plainResidualBlocks() {
    return List.of(
        new Case(
            ResnetBlock2D.class, "", g -> new ResnetBlock2D(6, 2, 1e-6).build(g, x(g, 2, 6, 3, 5))),
        new Case(
            ResnetBlock2D.class,
            "with other channels",
            g -> new ResnetBlock2D(6, 2, 1e-5).build(g, x(g, 2, 4, 5, 3))),
        new Case(
            ResnetBlock2D.class,
            "with time",
            g -> new ResnetBlock2D(4, 2, 1e-5).build(g, x(g, 2, 6, 3, 5), g.input("time", 2, 7))));
  }

  private static List<Case> attention() {
    return List.of(
        new Case(Geglu.class, "", g -> new Geglu(7).build(g, x(g, 2, 3, 5))),
        new Case(FeedForward.class, "", g -> new FeedForward().build(g, x(g, 2, 3, 5))),
        new Case(
            MultiHeadAttention.class,
            "to itself",
            g -> {
              Tensor x = x(g, 2, 5, 7);
              return new MultiHeadAttention(2, 3, true).build(g, x, x);
            }),
        new Case(
            MultiHeadAttention.class,
            "to a context",
            g -> new MultiHeadAttention(3, 2, false).build(g, x(g, 2, 5, 7), context(g))),
        new Case(
            SpatialAttention.class,
            "",
            g ->
                new SpatialAttention(new MultiHeadAttention(1, 5, true), 2, 1e-6)
                    .build(g, x(g, 2, 4, 3, 2))),
        new Case(
            SpatialAttention.class,
            "without norm, rescaled",
            g ->
                new SpatialAttention(
                        new MultiHeadAttention(2, 3, true), OptionalInt.empty(), 1e-6, 1.5)
                    .build(g, x(g, 2, 5, 3, 2))),
        new Case(
            BasicTransformerBlock.class,
            "",
            g -> new BasicTransformerBlock(2, 3).build(g, x(g, 2, 5, 7), context(g))),
        new Case(
            BasicTransformerBlock.class,
            "only to the context",
            g -> new BasicTransformerBlock(2, 3, true).build(g, x(g, 2, 5, 7), context(g))),
        new Case(
            Transformer2DModel.class,
            "",
            g ->
                new Transformer2DModel(new BasicTransformerBlock(2, 3), 2, 2, false)
                    .build(g, x(g, 2, 4, 3, 2), context(g))),
        new Case(
            Transformer2DModel.class,
            "between linear layers",
            g ->
                new Transformer2DModel(new BasicTransformerBlock(2, 3), 1, 2, true)
                    .build(g, x(g, 2, 4, 3, 2), context(g))));
  }

  private static List<Case> embeddings() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case(TimestepEmbedding.class, "", g -> new TimestepEmbedding(7).build(g, x(g, 3, 5))));
    cases.add(
        new Case(
            TimestepEmbedding.class,
            "with another activation",
            g -> new TimestepEmbedding(7, UnaryFunction.GELU).build(g, x(g, 3, 5))));
    for (boolean flipSinToCos : List.of(false, true)) {
      SinusoidalEmbedding sinusoids = new SinusoidalEmbedding(7, flipSinToCos, 1, 3, 1000);
      cases.add(
          new Case(
              SinusoidalEmbedding.class, sinusoids.toString(), g -> sinusoids.build(g, x(g, 5))));
    }
    for (boolean flipSinToCos : List.of(false, true)) {
      GaussianFourierProjection projection =
          new GaussianFourierProjection(5, 1, flipSinToCos, flipSinToCos);
      cases.add(
          new Case(
              GaussianFourierProjection.class,
              projection.toString(),
              g -> projection.build(g, g.apply(UnaryFunction.EXP, x(g, 3)))));
    }
    cases.add(
        new Case(
            TimestepEmbedding.class,
            "of sinusoids",
            g ->
                new TimestepEmbedding(5)
                    .build(g, new SinusoidalEmbedding(6, true, 0).build(g, x(g, 3)))));
    return cases;
  }

  private static List<Case> gaussians() {
    return List.of(
        new Case(
            DiagonalGaussian.class,
            "sample",
            g ->
                DiagonalGaussian.ofMoments(g, x(g, 2, 6, 5, 1))
                    .sample(g, g.input("noise", 2, 3, 5, 1))),
        new Case(
            DiagonalGaussian.class,
            "KL divergence",
            g -> DiagonalGaussian.ofMoments(g, x(g, 3, 4, 1, 5)).kl(g)),
        new Case(
            DiagonalGaussian.class,
            "KL divergence of features from another",
            g -> {
              DiagonalGaussian other = DiagonalGaussian.ofMoments(g, g.input("other", 3, 10));
              return DiagonalGaussian.ofMoments(g, x(g, 3, 10)).kl(g, other);
            }),
        new Case(
            DiagonalGaussian.class,
            "likelihood",
            g -> DiagonalGaussian.ofMoments(g, x(g, 3, 4, 5)).nll(g, g.input("sample", 3, 2, 5))),
        new Case(
            DiagonalGaussian.class,
            "with variances out of bounds",
            g -> {
              Tensor moments = x(g, 2, 2, 3, 5).times(40);
              DiagonalGaussian gaussian = DiagonalGaussian.ofMoments(g, moments);
              return gaussian.mean().plus(gaussian.logVar());
            }));
  }

  private static List<Case> losses() {
    return List.of(
        new Case(
            MeanSquaredError.class,
            "",
            g -> new MeanSquaredError().build(g, x(g, 2, 3, 5), target(g))),
        new Case(Reduction.class, "none", g -> absoluteError(g, Reduction.NONE)),
        new Case(Reduction.class, "mean", g -> absoluteError(g, Reduction.MEAN)),
        new Case(Reduction.class, "sum", g -> absoluteError(g, Reduction.SUM)),
        new Case(Reduction.class, "batch mean", g -> absoluteError(g, Reduction.BATCH_MEAN)),
        new Case(
            L1Loss.class, "", g -> new L1Loss().build(g, x(g, 2, 3, 5), target(g), Reduction.MEAN)),
        new Case(
            HuberLoss.class,
            "",
            g -> new HuberLoss(1.5).build(g, x(g, 2, 3, 5), target(g), Reduction.SUM)),
        new Case(
            SmoothL1Loss.class,
            "",
            g -> new SmoothL1Loss(1.5).build(g, x(g, 2, 3, 5), target(g), Reduction.SUM)),
        new Case(
            ContrastiveLoss.class, "of logits", g -> new ContrastiveLoss().build(g, x(g, 5, 5))),
        new Case(
            ContrastiveLoss.class,
            "of embeddings and temperature",
            g -> {
              Tensor logitScale =
                  g.parameter("logit_scale", ParameterLayout.PLAIN, Initializer.ZEROS);
              Tensor text = ContrastiveLoss.normalize(g, g.input("text", 3, 5));
              Tensor image = ContrastiveLoss.normalize(g, g.input("image", 3, 5));
              return new ContrastiveLoss()
                  .build(g, ContrastiveLoss.logits(g, text, image, logitScale));
            }));
  }

  private static List<Case> classification() {
    return List.of(
        new Case(
            BceWithLogitsLoss.class,
            "",
            g -> new BceWithLogitsLoss().build(g, x(g, 2, 3, 5), target(g), Reduction.SUM)),
        new Case(
            CrossEntropyLoss.class,
            "",
            g ->
                new CrossEntropyLoss(0)
                    .ofProbabilities(g, x(g, 2, 3, 5), target(g), Reduction.NONE)),
        new Case(
            CrossEntropyLoss.class,
            "smoothed",
            g ->
                new CrossEntropyLoss(0.2)
                    .ofProbabilities(g, x(g, 2, 3, 5), target(g), Reduction.MEAN)),
        new Case(
            KlDivLoss.class,
            "",
            g ->
                new KlDivLoss()
                    .build(g, x(g, 2, 3, 5), g.apply(UnaryFunction.EXP, target(g)), Reduction.SUM)),
        new Case(
            KlDivLoss.class,
            "of logarithms",
            g -> new KlDivLoss().ofLogTarget(g, x(g, 2, 3, 5), target(g), Reduction.BATCH_MEAN)));
  }

  private static Tensor absoluteError(Graph graph, Reduction reduction) {
    return new L1Loss().build(graph, x(graph, 2, 3, 5), target(graph), reduction);
  }

  private static Tensor target(Graph graph) {
    return graph.input("target", 2, 3, 5);
  }

  private static Tensor x(Graph graph, long... shape) {
    return graph.input("x", shape);
  }

  private static Tensor context(Graph graph) {
    return graph.input("context", 2, 3, 11);
  }
}
