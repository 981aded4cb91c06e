package org.diffusion4j.unet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

class UNet2DModelTest {
  private static final int SEED = 13;

  private static UNet2DConfigBuilder small() {
    return UNet2DConfigBuilder.builder(UNet2DConfig.DEFAULTS)
        .downBlockTypes(
            List.of(UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D, UNet2DDownBlockType.DOWN_BLOCK_2D))
        .upBlockTypes(List.of(UNet2DUpBlockType.UP_BLOCK_2D, UNet2DUpBlockType.ATTN_UP_BLOCK_2D))
        .blockOutChannels(List.of(4, 6))
        .layersPerBlock(1)
        .attentionHeadDim(2)
        .normNumGroups(2);
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    UNet2DConfig config =
        small()
            .timeEmbeddingType(TimeEmbeddingType.FOURIER)
            .classEmbedType(ClassEmbedType.TIMESTEP)
            .actFn(ActivationFunction.GELU)
            .midBlockScaleFactor(1.5)
            .resnetTimeScaleShift(TimeScaleShift.SCALE_SHIFT)
            .attnNormNumGroups(1)
            .downBlockTypes(List.of(UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D))
            .upBlockTypes(List.of(UNet2DUpBlockType.ATTN_UP_BLOCK_2D))
            .blockOutChannels(List.of(4))
            .build();
    UNet2DModel model = new UNet2DModel(config);
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor sample = graph.input("sample", 2, 3, 2, 4);
    Tensor output =
        model.build(graph, sample, graph.input("timesteps", 2), model.classLabels(graph, 2));
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(SEED));
    values.put("timesteps", Nd4j.createFromArray(0.7, 1.1));
    values.put("class_labels", Nd4j.createFromArray(1.3, 0.9));
    GradientCheck.assertDerivatives(graph, output, values);
  }

  @Test
  void labelsThatAreEmbeddingsAddToThatOfTheTime() {
    Weights weights =
        Weights.initialize(new UNet2DModel(small().build()).parameters(), new Generator(SEED));
    UNet2DModel plain = new UNet2DModel(small().build());
    UNet2DModel classes = new UNet2DModel(small().classEmbedType(ClassEmbedType.IDENTITY).build());
    INDArray none = Nd4j.zeros(DataType.FLOAT, 1, 4 * 4);
    assertEquals(
        run(plain, weights, Map.of()), run(classes, weights, Map.of("class_labels", none)));
  }

  @Test
  void predictionsOfNoiseLevelsAreDividedByThem() {
    UNet2DConfig config = small().timeEmbeddingType(TimeEmbeddingType.FOURIER).build();
    UNet2DModel model = new UNet2DModel(config);
    Weights weights = Weights.initialize(model.parameters(), new Generator(SEED));
    INDArray prediction = run(model, weights, Map.of());
    // log 1 is 0, whatever the frequencies: without them, all levels have the same embedding.
    weights.get("time_proj.weight").assign(0);
    INDArray at7 = run(model, weights, Map.of());
    INDArray at1 = run(model, weights, Map.of("timesteps", Nd4j.createFromArray(1f)));
    assertArrayEquals(at1.div(7).ravel().toFloatVector(), at7.ravel().toFloatVector(), 1e-6f);
    assertNotEquals(prediction, at7);
  }

  @Test
  void frequenciesOfNoiseLevelsAreNotTrained() {
    UNet2DModel model =
        new UNet2DModel(small().timeEmbeddingType(TimeEmbeddingType.FOURIER).build());
    Set<String> frozen = names(model.config());
    frozen.removeAll(model.trained());
    assertEquals(Set.of("time_proj.weight"), frozen);
  }

  @Test
  void namesTheParametersOfEachOptionAsDiffusersDoes() {
    Set<String> plain = names(small().build());
    assertEquals(Set.of("class_embedding.weight"), added(plain, small().numClassEmbeds(5).build()));
    assertEquals(
        Set.of(
            "class_embedding.linear_1.weight",
            "class_embedding.linear_1.bias",
            "class_embedding.linear_2.weight",
            "class_embedding.linear_2.bias"),
        added(plain, small().classEmbedType(ClassEmbedType.TIMESTEP).build()));
    assertEquals(Set.of(), added(plain, small().classEmbedType(ClassEmbedType.IDENTITY).build()));
    assertEquals(
        Set.of("norm1", "conv1", "time_emb_proj", "norm2", "conv2"),
        added(plain, small().downsampleType(ResampleType.RESNET).build()).stream()
            .map(name -> name.replaceAll("down_blocks.0.downsamplers.0.|.weight|.bias", ""))
            .collect(Collectors.toSet()));
    assertEquals(
        Set.of(
            "mid_block.attentions.0.group_norm.weight", "mid_block.attentions.0.group_norm.bias"),
        added(
            names(small().resnetTimeScaleShift(TimeScaleShift.SCALE_SHIFT).build()),
            small().resnetTimeScaleShift(TimeScaleShift.SCALE_SHIFT).attnNormNumGroups(3).build()));
  }

  @Test
  void samplesMustHalveEvenly() {
    UNet2DModel model = new UNet2DModel(small().build());
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", 1, 3, 4, 5);
    Tensor timesteps = graph.input("timesteps", 1);
    var error =
        assertThrows(IllegalArgumentException.class, () -> model.build(graph, sample, timesteps));
    assertEquals("width of sample (=5) must be divisible by downscale (=2)", error.getMessage());
  }

  private static INDArray run(UNet2DModel model, Weights weights, Map<String, INDArray> further) {
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", 1, 3, 2, 4);
    Tensor timesteps = graph.input("timesteps", 1);
    graph.named("y", model.build(graph, sample, timesteps, model.classLabels(graph, 1)));
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put("sample", new Generator(3).randn(1, 3, 2, 4));
    inputs.put("timesteps", Nd4j.createFromArray(7f));
    inputs.putAll(further);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(inputs, "y");
    }
  }

  private static Set<String> names(UNet2DConfig config) {
    return new UNet2DModel(config)
        .parameters().stream().map(ParameterSpec::name).collect(Collectors.toSet());
  }

  private static Set<String> added(Set<String> before, UNet2DConfig config) {
    Set<String> added = new TreeSet<>(names(config));
    added.removeAll(before);
    return added;
  }
}
