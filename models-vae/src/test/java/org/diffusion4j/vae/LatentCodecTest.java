package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class LatentCodecTest {
  private static final int SIZE = 6;
  private final AutoencoderKL model =
      new AutoencoderKL(new AutoencoderKLConfig(1, 1, List.of(5, 10), 1, 3, 5, false, 1));
  private final Weights weights = Weights.initialize(model.parameters(), new Generator(1));
  private final INDArray images = new Generator(2).randn(5, 1, SIZE, SIZE);

  @Test
  void encodingGivesMomentsOfEveryImage() {
    try (LatentCodec codec = new LatentCodec(model, weights, 2, SIZE)) {
      LatentCodec.Posterior posterior = codec.encode(images);
      assertArrayEquals(new long[] {5, 3, 3, 3}, posterior.mean().shape());
      assertArrayEquals(new long[] {5, 3, 3, 3}, posterior.logVar().shape());
    }
  }

  @Test
  void aReconstructionIsThatOfTheModelsGraph() {
    Graph graph = new Graph();
    graph.named(
        "images_again",
        model.decode(graph, model.encode(graph, graph.input("images", 5, 1, SIZE, SIZE)).mean()));
    INDArray expected =
        new SameDiffExecutor(graph, weights).run(Map.of("images", images), "images_again");
    try (LatentCodec codec = new LatentCodec(model, weights, 2, SIZE)) {
      INDArray actual = codec.reconstruct(images);
      assertArrayEquals(expected.shape(), actual.shape());
      assertEquals(0, actual.distance2(expected), 1e-4);
    }
  }
}
