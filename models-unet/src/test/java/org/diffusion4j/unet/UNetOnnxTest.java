package org.diffusion4j.unet;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

/** A whole U-Net, with a size that cannot be halved, gives the same in ONNX Runtime. */
class UNetOnnxTest {

  @ParameterizedTest
  @EnumSource
  void theNumbersAreThoseOfSameDiff(OnnxOptions.Attention attention) {
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
    OnnxRuntime.assertSameNumbers(
        graph,
        Weights.initialize(graph.parameters(), generator),
        Map.of(
            "sample", generator.randn(2, 3, 7, 5),
            "timesteps", Nd4j.createFromArray(7f, 11f),
            "encoder_hidden_states", generator.randn(2, 3, 5),
            "text_embeds", generator.randn(2, 3),
            "time_ids", generator.randn(2, 3)),
        List.of("y"),
        new OnnxOptions(attention),
        1e-5);
  }
}
