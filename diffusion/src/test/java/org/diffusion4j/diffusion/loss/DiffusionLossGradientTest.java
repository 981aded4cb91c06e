package org.diffusion4j.diffusion.loss;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of the loss of a U-Net on a drawn batch against finite differences. */
class DiffusionLossGradientTest {
  private static final UNet2DConditionModel UNET =
      new UNet2DConditionModel(
          new UNet2DConditionConfig(
              3,
              3,
              List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D),
              List.of(4, 6),
              1,
              2,
              1,
              5,
              2,
              1e-5));
  private static final DiffusionLoss LOSS =
      new DiffusionLoss(
          new NoiseSchedule(BetaSchedule.LINEAR.betas(101, 0.001, 0.07)),
          PredictionType.V_PREDICTION);
  private static final int SEED = 23;

  @Test
  void gradientsByEveryWeightOfTheNetworkAreThoseOfFiniteDifferences() {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor sample = graph.input("sample", 2, 3, 2, 4);
    Tensor timesteps = graph.input("timesteps", 2);
    Tensor prediction =
        UNET.build(graph, sample, timesteps, graph.input("encoder_hidden_states", 2, 7, 5));
    Tensor loss = DiffusionLoss.build(graph, prediction, graph.input("target", 2, 3, 2, 4));

    Generator generator = new Generator(SEED);
    Map<String, INDArray> values = GradientCheck.draw(graph, generator);
    float[][] x0 = {generator.normal(3 * 2 * 4), generator.normal(3 * 2 * 4)};
    DiffusionLoss.Batch batch = LOSS.draw(x0, generator, 3, 2, 4);
    values.put("sample", batch.sample().castTo(DataType.DOUBLE));
    values.put("timesteps", batch.timesteps().castTo(DataType.DOUBLE));
    values.put("target", batch.target().castTo(DataType.DOUBLE));
    GradientCheck.assertDerivatives(graph, loss, values);
  }

  @Test
  void theLossOfWeightedImagesIsTheSameInPlainSameDiff() {
    Graph graph = new Graph();
    Tensor prediction =
        UNET.build(
            graph,
            graph.input("sample", 2, 3, 2, 4),
            graph.input("timesteps", 2),
            graph.input("encoder_hidden_states", 2, 7, 5));
    Tensor target = graph.input("target", 2, 3, 2, 4);
    graph.named("loss", DiffusionLoss.build(graph, prediction, target, graph.input("weights", 2)));

    Generator generator = new Generator(SEED);
    float[][] x0 = {generator.normal(3 * 2 * 4), generator.normal(3 * 2 * 4)};
    DiffusionLoss.Batch batch = LOSS.draw(x0, generator, 3, 2, 4);
    Map<String, INDArray> inputs =
        Map.of(
            "sample", batch.sample(),
            "timesteps", batch.timesteps(),
            "encoder_hidden_states", generator.randn(2, 7, 5),
            "target", batch.target(),
            "weights", Nd4j.createFromArray(0.7f, 1.3f));
    Weights weights = Weights.initialize(graph.parameters(), generator);
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }
}
