package org.diffusion4j.unet;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.junit.jupiter.api.Test;

/** The model against diffusers' {@code UNet2DConditionModel} with the same weights. */
class UNet2DConditionModelGoldenTest {
  private static final UNet2DConditionConfig CONFIG =
      new UNet2DConditionConfig(
          4,
          4,
          List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D),
          List.of(16, 32),
          2,
          8,
          1,
          32,
          8,
          1e-5);

  private final ReferenceModel reference =
      new ReferenceModel(
          "golden/unet2d-condition/sd1",
          "diffusion_pytorch_model.safetensors",
          "sample",
          "timestep",
          "encoder_hidden_states",
          "w");

  @Test
  void predictsWhatTheReferencePredicts() {
    Graph graph = new Graph();
    build(graph);
    reference.assertOutputs(graph, List.of("output"));
  }

  @Test
  void hasTheGradientsOfTheReference() {
    Graph graph = new Graph();
    Tensor output = build(graph);
    Tensor w = graph.input("w", output.shapeArray());
    graph.named("loss", graph.sum(graph.multiply(output, w), false));
    reference.assertGradients(graph, "loss", List.of("sample", "encoder_hidden_states"));
  }

  private static Tensor build(Graph graph) {
    Tensor sample = graph.input("sample", 2, 4, 8, 8);
    Tensor timestep = graph.input("timestep", 2);
    Tensor states = graph.input("encoder_hidden_states", 2, 9, 32);
    Tensor output = new UNet2DConditionModel(CONFIG).build(graph, sample, timestep, states);
    return graph.named("output", output);
  }
}
