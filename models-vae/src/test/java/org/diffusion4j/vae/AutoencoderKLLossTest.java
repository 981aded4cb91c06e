package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The training loss by its formula, and its gradients against finite differences. */
class AutoencoderKLLossTest {
  private static final AutoencoderKL VAE =
      new AutoencoderKL(
          new AutoencoderKLConfig(3, 3, List.of(4, 6), 1, 5, 2, true, 1)
              .with(
                  c ->
                      c.actFn(ActivationFunction.GELU)
                          .usePostQuantConv(false)
                          .downBlockTypes(
                              List.of(
                                  DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D,
                                  DownEncoderBlockType.ATTN_DOWN_ENCODER_BLOCK_2D))
                          .upBlockTypes(
                              List.of(
                                  UpDecoderBlockType.ATTN_UP_DECODER_BLOCK_2D,
                                  UpDecoderBlockType.UP_DECODER_BLOCK_2D))));
  private static final double BETA = 0.7;
  private static final int SEED = 17;

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor loss = VAE.loss(graph, images(graph), noise(graph), BETA);
    GradientCheck.assertDerivatives(graph, loss, GradientCheck.draw(graph, new Generator(SEED)));
  }

  @Test
  void lossIsTheSquaredErrorPlusBetaTimesTheDivergencePerValue() {
    Graph graph = new Graph();
    Tensor images = images(graph);
    Tensor noise = noise(graph);
    VAE.loss(graph, images, noise, BETA);
    DiagonalGaussian posterior = VAE.encode(graph, images);
    graph.named("mean", posterior.mean());
    graph.named("log_var", posterior.logVar());
    graph.named("reconstruction", VAE.decode(graph, posterior.sample(graph, noise)));

    Generator generator = new Generator(SEED);
    Weights weights = Weights.initialize(graph.parameters(), generator);
    INDArray pixels = generator.randn(images.shapeArray());
    Map<String, INDArray> inputs =
        Map.of("images", pixels, "noise", generator.randn(noise.shapeArray()));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Map<String, INDArray> values =
          executor.run(
              inputs,
              List.of(
                  "loss", "reconstruction_loss", "kl_loss", "mean", "log_var", "reconstruction"));
      double squaredError = 0;
      float[] reconstruction = floats(values.get("reconstruction"));
      float[] expected = floats(pixels);
      for (int i = 0; i < expected.length; i++) {
        squaredError += Math.pow(reconstruction[i] - expected[i], 2) / expected.length;
      }
      double divergence = 0;
      float[] mean = floats(values.get("mean"));
      float[] logVar = floats(values.get("log_var"));
      for (int i = 0; i < mean.length; i++) {
        double terms = mean[i] * mean[i] + Math.exp(logVar[i]) - 1 - logVar[i];
        divergence += terms / 2 / expected.length;
      }
      assertEquals(squaredError, values.get("reconstruction_loss").getDouble(0), 1e-5);
      assertEquals(divergence, values.get("kl_loss").getDouble(0), 1e-5);
      assertEquals(squaredError + BETA * divergence, values.get("loss").getDouble(0), 1e-5);
    }
  }

  private static Tensor images(Graph graph) {
    return graph.input("images", 2, 3, 4, 6);
  }

  private static Tensor noise(Graph graph) {
    return graph.input("noise", 2, 5, 2, 3);
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
