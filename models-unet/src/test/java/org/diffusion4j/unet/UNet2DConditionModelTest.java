package org.diffusion4j.unet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UNet2DConditionModelTest {
  private static final int SEED = 13;

  private static UNet2DConditionConfigBuilder small() {
    return UNet2DConditionConfigBuilder.builder(UNet2DConditionConfig.DEFAULTS)
        .inChannels(3)
        .outChannels(2)
        .downBlockTypes(
            List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D))
        .upBlockTypes(List.of(UpBlockType.UP_BLOCK_2D, UpBlockType.CROSS_ATTN_UP_BLOCK_2D))
        .blockOutChannels(List.of(4, 6))
        .layersPerBlock(List.of(1))
        .attentionHeadDim(List.of(2))
        .crossAttentionDim(5)
        .normNumGroups(2);
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    UNet2DConditionConfig config =
        small()
            .downBlockTypes(List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D))
            .midBlockScaleFactor(1.5)
            .upBlockTypes(List.of(UpBlockType.UP_BLOCK_2D))
            .blockOutChannels(List.of(4))
            .onlyCrossAttention(List.of(true))
            .actFn(ActivationFunction.GELU)
            .useLinearProjection(true)
            .timeEmbeddingDim(7)
            .classEmbedType(UNet2DConditionClassEmbedType.SIMPLE_PROJECTION)
            .additionEmbedType(AdditionEmbedType.TEXT_TIME)
            .additionTimeEmbedDim(2)
            .projectionClassEmbeddingsInputDim(9)
            .resnetTimeScaleShift(TimeScaleShift.SCALE_SHIFT)
            .convInKernel(1)
            .convOutKernel(5)
            .build();
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor output = build(graph, new UNet2DConditionModel(config), 3);
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(SEED));
    GradientCheck.assertDerivatives(graph, output, values);
  }

  @Test
  void namesTheParametersOfEachOptionAsDiffusersDoes() {
    assertEquals(Set.of("class_embedding.weight"), added(config -> config.numClassEmbeds(5)));
    Set<String> layers =
        Set.of("linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias");
    for (UNet2DConditionClassEmbedType type :
        List.of(UNet2DConditionClassEmbedType.TIMESTEP, UNet2DConditionClassEmbedType.PROJECTION)) {
      assertEquals(
          scoped("class_embedding.", layers),
          added(config -> config.classEmbedType(type).projectionClassEmbeddingsInputDim(7)));
    }
    assertEquals(
        Set.of("class_embedding.weight", "class_embedding.bias"),
        added(
            config ->
                config
                    .classEmbedType(UNet2DConditionClassEmbedType.SIMPLE_PROJECTION)
                    .projectionClassEmbeddingsInputDim(7)));
    assertEquals(
        Set.of(), added(config -> config.classEmbedType(UNet2DConditionClassEmbedType.IDENTITY)));
    assertEquals(
        scoped("add_embedding.", layers),
        added(
            config ->
                config
                    .additionEmbedType(AdditionEmbedType.TEXT_TIME)
                    .additionTimeEmbedDim(2)
                    .projectionClassEmbeddingsInputDim(7)));
  }

  @Test
  void optionsWithoutParametersCount() {
    Weights weights = weights(small().build());
    INDArray plain = run(small().build(), weights, Map.of());
    List<UNet2DConditionConfigBuilder> others =
        List.of(
            small().centerInputSample(true),
            small().flipSinToCos(false),
            small().freqShift(1),
            small().downsamplePadding(0),
            small().midBlockScaleFactor(2),
            small().actFn(ActivationFunction.RELU),
            small().normNumGroups(1),
            small().normEps(0.1),
            small().attentionHeadDim(List.of(2, 3)));
    for (UNet2DConditionConfigBuilder other : others) {
      double distance = plain.distance2(run(other.build(), weights, Map.of()));
      assertTrue(distance > 1e-3, () -> distance + ": " + other);
    }
    assertEquals(plain, run(small().upcastAttention(true).build(), weights, Map.of()));
  }

  @Test
  void aModelNeedsNoMiddle() {
    Set<String> without = names(small().midBlockType(Optional.empty()).build());
    assertTrue(without.stream().noneMatch(name -> name.startsWith("mid_block.")));
    assertTrue(names(small().build()).containsAll(without));
  }

  @Test
  void pixelsThatLookAtTheTextAloneDoSoInTheFirstAttentionToo() {
    UNet2DConditionConfig config = small().onlyCrossAttention(List.of(true)).build();
    assertEquals(5, inputsOfKeys(config, "down_blocks.0."));
    assertEquals(5, inputsOfKeys(config, "up_blocks.1."));
    assertEquals(6, inputsOfKeys(config, "mid_block."));
    assertEquals(4, inputsOfKeys(small().build(), "down_blocks.0."));
  }

  @Test
  void labelsThatAreEmbeddingsAddToThatOfTheTime() {
    UNet2DConditionConfig config = small().build();
    Weights weights = weights(config);
    UNet2DConditionConfig classes =
        small().classEmbedType(UNet2DConditionClassEmbedType.IDENTITY).build();
    INDArray none = Nd4j.zeros(DataType.FLOAT, 2, 4 * 4);
    assertEquals(
        run(config, weights, Map.of()), run(classes, weights, Map.of("class_labels", none)));
    INDArray one = Nd4j.ones(DataType.FLOAT, 2, 4 * 4);
    assertTrue(
        run(config, weights, Map.of()).distance2(run(classes, weights, Map.of("class_labels", one)))
            > 0.01);
  }

  @Test
  void centredSamplesAreTwiceThemselvesLessOne() {
    UNet2DConditionConfig config = small().build();
    Weights weights = weights(config);
    INDArray sample = new Generator(3).rand(2, 3, 2, 4);
    INDArray centred = sample.mul(2).sub(1);
    assertArrayEquals(
        run(config, weights, Map.of("sample", centred)).ravel().toFloatVector(),
        run(small().centerInputSample(true).build(), weights, Map.of("sample", sample))
            .ravel()
            .toFloatVector(),
        1e-6f);
  }

  @Test
  void predictionsHaveTheSizeOfTheSampleWhicheverItIs() {
    Graph graph = new Graph();
    UNet2DConditionModel model =
        new UNet2DConditionModel(small().inChannels(9).downsamplePadding(0).build());
    Tensor sample = graph.input("sample", 2, 9, 5, 7);
    Tensor timesteps = graph.input("timesteps", 2);
    Tensor states = graph.input("encoder_hidden_states", 2, 3, 5);
    assertEquals(List.of(2L, 2L, 5L, 7L), model.build(graph, sample, timesteps, states).shape());
  }

  @Test
  void conditionsAreGivenIfAndOnlyIfTheConfigAsksForThem() {
    assertMissing(small().numClassEmbeds(5).build(), "classLabels");
    UNet2DConditionConfig sizes =
        small()
            .additionEmbedType(AdditionEmbedType.TEXT_TIME)
            .additionTimeEmbedDim(2)
            .projectionClassEmbeddingsInputDim(7)
            .build();
    assertMissing(sizes, "textEmbeds");
    Graph graph = new Graph();
    Optional<Tensor> needless = Optional.of(graph.input("needless", 1, 2));
    assertFails(
        "classLabels (=needless[1,2]) must be absent: the model is not conditioned on it",
        () -> build(graph, small().build(), new AddedConditions(needless, none(), none())));
    Graph other = new Graph();
    AddedConditions wide =
        new AddedConditions(
            none(),
            Optional.of(other.input("text_embeds", 1, 2)),
            Optional.of(other.input("time_ids", 1, 3)));
    assertFails(
        "features of textEmbeds and timeIds (=8) must equal projectionClassEmbeddingsInputDim (=7)",
        () -> build(other, sizes, wide));
    assertFails(
        "sizes (=4) must be positive and leave some of projectionClassEmbeddingsInputDim (=7)",
        () -> new UNet2DConditionModel(sizes).addedConditions(new Graph(), 1, 4));
  }

  private static void assertMissing(UNet2DConditionConfig config, String condition) {
    assertFails(
        condition + " (=absent) must be given to this model",
        () -> build(new Graph(), config, AddedConditions.NONE));
  }

  private static void assertFails(String message, Runnable action) {
    var error = assertThrows(IllegalArgumentException.class, action::run);
    assertEquals(message, error.getMessage());
  }

  private static Optional<Tensor> none() {
    return Optional.empty();
  }

  private static void build(Graph graph, UNet2DConditionConfig config, AddedConditions added) {
    new UNet2DConditionModel(config)
        .build(
            graph,
            graph.input("sample", 1, 3, 2, 4),
            graph.input("timesteps", 1),
            graph.input("encoder_hidden_states", 1, 3, 5),
            added);
  }

  private static Tensor build(Graph graph, UNet2DConditionModel model, int sizes) {
    return model.build(
        graph,
        graph.input("sample", 2, 3, 2, 4),
        graph.input("timesteps", 2),
        graph.input("encoder_hidden_states", 2, 3, 5),
        model.addedConditions(graph, 2, sizes));
  }

  private static Weights weights(UNet2DConditionConfig config) {
    return Weights.initialize(new UNet2DConditionModel(config).parameters(), new Generator(SEED));
  }

  private static INDArray run(
      UNet2DConditionConfig config, Weights weights, Map<String, INDArray> further) {
    Graph graph = new Graph();
    graph.named("y", build(graph, new UNet2DConditionModel(config), 0));
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put("sample", new Generator(3).randn(2, 3, 2, 4));
    inputs.put("timesteps", Nd4j.createFromArray(7f, 11f));
    inputs.put("encoder_hidden_states", new Generator(5).randn(2, 3, 5));
    inputs.putAll(further);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(inputs, "y");
    }
  }

  /** The features that the keys of the first attention below a scope are made of. */
  private static long inputsOfKeys(UNet2DConditionConfig config, String scope) {
    return new UNet2DConditionModel(config)
        .parameters().stream()
            .filter(spec -> spec.name().startsWith(scope))
            .filter(spec -> spec.name().endsWith("attn1.to_k.weight"))
            .findFirst()
            .orElseThrow()
            .shape()
            .get(0);
  }

  private static Set<String> names(UNet2DConditionConfig config) {
    return new UNet2DConditionModel(config)
        .parameters().stream().map(ParameterSpec::name).collect(Collectors.toSet());
  }

  private static Set<String> added(
      Function<UNet2DConditionConfigBuilder, UNet2DConditionConfigBuilder> option) {
    Set<String> added = new TreeSet<>(names(option.apply(small()).build()));
    added.removeAll(names(small().build()));
    return added;
  }

  private static Set<String> scoped(String scope, Set<String> names) {
    return names.stream().map(scope::concat).collect(Collectors.toSet());
  }
}
