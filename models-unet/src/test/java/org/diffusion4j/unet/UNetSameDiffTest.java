package org.diffusion4j.unet;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D.TimeScaleShift;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole U-Nets are ordinary SameDiff graphs. */
class UNetSameDiffTest {

  @Test
  void aConditionedUNetIs() {
    UNet2DConditionConfig config =
        UNet2DConditionConfigBuilder.builder(UNet2DConditionConfig.DEFAULTS)
            .inChannels(3)
            .outChannels(2)
            .downBlockTypes(
                List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D))
            .upBlockTypes(List.of(UpBlockType.UP_BLOCK_2D, UpBlockType.CROSS_ATTN_UP_BLOCK_2D))
            .blockOutChannels(List.of(4, 6))
            .layersPerBlock(List.of(1))
            .attentionHeadDim(List.of(2))
            .crossAttentionDim(5)
            .normNumGroups(2)
            .additionEmbedType(AdditionEmbedType.TEXT_TIME)
            .additionTimeEmbedDim(2)
            .projectionClassEmbeddingsInputDim(9)
            .build();
    UNet2DConditionModel model = new UNet2DConditionModel(config);
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", 2, 3, 7, 5);
    Tensor timesteps = graph.input("timesteps", 2);
    Tensor states = graph.input("encoder_hidden_states", 2, 3, 5);
    graph.named(
        "y", model.build(graph, sample, timesteps, states, model.addedConditions(graph, 2, 3)));
    Generator generator = new Generator(13);
    assertSame(
        graph,
        Map.of(
            "sample", generator.randn(2, 3, 7, 5),
            "timesteps", Nd4j.createFromArray(7f, 11f),
            "encoder_hidden_states", generator.randn(2, 3, 5),
            "text_embeds", generator.randn(2, 3),
            "time_ids", generator.randn(2, 3)));
  }

  @Test
  void aUNetWithClassesIs() {
    UNet2DConfig config =
        UNet2DConfigBuilder.builder(UNet2DConfig.DEFAULTS)
            .downBlockTypes(
                List.of(UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D, UNet2DDownBlockType.DOWN_BLOCK_2D))
            .upBlockTypes(
                List.of(UNet2DUpBlockType.UP_BLOCK_2D, UNet2DUpBlockType.ATTN_UP_BLOCK_2D))
            .blockOutChannels(List.of(4, 6))
            .layersPerBlock(1)
            .attentionHeadDim(2)
            .normNumGroups(2)
            .numClassEmbeds(OptionalInt.of(5))
            .resnetTimeScaleShift(TimeScaleShift.SCALE_SHIFT)
            .build();
    UNet2DModel model = new UNet2DModel(config);
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", 2, 3, 4, 6);
    Tensor timesteps = graph.input("timesteps", 2);
    graph.named("y", model.build(graph, sample, timesteps, model.classLabels(graph, 2)));
    assertSame(
        graph,
        Map.of(
            "sample", new Generator(13).randn(2, 3, 4, 6),
            "timesteps", Nd4j.createFromArray(7f, 11f),
            "class_labels", Nd4j.createFromArray(3L, 1L)));
  }

  private static void assertSame(Graph graph, Map<String, INDArray> inputs) {
    Weights weights = Weights.initialize(graph.parameters(), new Generator(11));
    SameDiffDoor.assertSameValues(graph, weights, inputs, List.of("y"));
  }
}
