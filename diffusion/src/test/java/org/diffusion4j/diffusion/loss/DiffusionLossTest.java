package org.diffusion4j.diffusion.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DiffusionLossTest {
  private static final NoiseSchedule SCHEDULE =
      new NoiseSchedule(BetaSchedule.LINEAR.betas(101, 0.001, 0.07));
  private static final float[][] X0 = {new Generator(3).normal(2 * 3 * 5), new float[2 * 3 * 5]};

  @ParameterizedTest
  @EnumSource(
      value = PredictionType.class,
      names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
  void theTargetIsWhatTheCleanImageFollowsFrom(PredictionType type) {
    DiffusionLoss.Batch batch =
        new DiffusionLoss(SCHEDULE, type).draw(X0, new Generator(5), 2, 3, 5);
    assertArrayEquals(new long[] {2, 2, 3, 5}, batch.sample().shape());
    assertArrayEquals(new long[] {2}, batch.timesteps().shape());
    for (int i = 0; i < X0.length; i++) {
      int t = batch.timesteps().getInt(i);
      assertTrue(t >= 0 && t < 101, "timestep " + t);
      float[] sample = batch.sample().slice(i).dup('c').data().asFloat();
      float[] target = batch.target().slice(i).dup('c').data().asFloat();
      assertArrayEquals(X0[i], type.x0(sample, target, SCHEDULE.level(t)), 2e-5f);
    }
  }

  @Test
  void theSameGeneratorDrawsTheSameBatch() {
    DiffusionLoss loss = new DiffusionLoss(SCHEDULE, PredictionType.EPSILON);
    assertEquals(
        loss.draw(X0, new Generator(7), 2, 3, 5).sample(),
        loss.draw(X0, new Generator(7), 2, 3, 5).sample());
  }

  @Test
  void minSnrCapsTheWeightOfEasyTimesteps() {
    LossWeighting weighting = new LossWeighting.MinSnr(5);
    // Below gamma an error of the noise counts in full, and that of x0 by the SNR.
    assertEquals(1, weighting.weight(2, PredictionType.EPSILON));
    assertEquals(2, weighting.weight(2, PredictionType.SAMPLE));
    assertEquals(2.0 / 3, weighting.weight(2, PredictionType.V_PREDICTION), 1e-15);
    assertEquals(5.0 / 20, weighting.weight(20, PredictionType.EPSILON), 1e-15);
    assertEquals(5, weighting.weight(20, PredictionType.SAMPLE));
    assertEquals(5.0 / 21, weighting.weight(20, PredictionType.V_PREDICTION), 1e-15);
    assertEquals(1, weighting.weight(0, PredictionType.EPSILON));
    assertEquals(0, weighting.weight(0, PredictionType.V_PREDICTION));
    var error = assertThrows(IllegalArgumentException.class, () -> new LossWeighting.MinSnr(0));
    assertEquals("minSnrGamma (=0.0) must be positive and finite", error.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictionType.class,
      names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
  void minSnrWeighsTheSameErrorOfX0AlikeWhateverIsPredicted(PredictionType type) {
    LossWeighting weighting = new LossWeighting.MinSnr(5);
    for (int t : new int[] {0, 11, 53, 100}) {
      float[] zero = {0};
      float[] one = {1};
      // x0 is linear in the prediction: its error by an error of 1.
      float slope = type.x0(zero, one, SCHEDULE.level(t))[0];
      double weight = weighting.weight(SCHEDULE.snr(t), type);
      double ofX0 = weighting.weight(SCHEDULE.snr(t), PredictionType.SAMPLE);
      assertEquals(weight, ofX0 * slope * slope, 1e-5 * weight);
    }
  }

  @Test
  void theWeightedLossIsTheMeanOfWeightedErrors() {
    Graph graph = new Graph();
    Tensor prediction = graph.input("prediction", 2, 1, 1, 3);
    Tensor target = graph.input("target", 2, 1, 1, 3);
    Tensor weights = graph.input("weights", 2);
    graph.named("loss", DiffusionLoss.build(graph, prediction, target, weights));
    Weights none = new Weights(List.of(), Map.of());
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, none)) {
      INDArray loss =
          executor.run(
              Map.of(
                  "prediction", Nd4j.createFromArray(1f, 2, 3, 4, 5, 6).reshape(2, 1, 1, 3),
                  "target", Nd4j.createFromArray(1f, 2, 6, 5, 3, 7).reshape(2, 1, 1, 3),
                  "weights", Nd4j.createFromArray(0.5f, 2)),
              "loss");
      // (0.5 (0 + 0 + 9) / 3 + 2 (1 + 4 + 1) / 3) / 2
      assertEquals(2.75, loss.getDouble(0), 1e-6);
    }
  }

  @Test
  void aBatchHasAsManyTimestepsAndNoiseAsImages() {
    DiffusionLoss loss = new DiffusionLoss(SCHEDULE, PredictionType.EPSILON);
    float[][] noise = {new float[2 * 3 * 5]};
    var images =
        assertThrows(
            IllegalArgumentException.class, () -> loss.batch(X0, noise, new int[2], 2, 3, 5));
    assertEquals("images of noise (=1) must equal images of x0 (=2)", images.getMessage());
    var times =
        assertThrows(IllegalArgumentException.class, () -> loss.batch(X0, X0, new int[3], 2, 3, 5));
    assertEquals("number of timesteps (=3) must equal images of x0 (=2)", times.getMessage());
  }
}
