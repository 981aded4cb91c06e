package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.vae.LatentCodec.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatentCodecTest {
  /** Images are twice as large as latents; a tile has 4 latents, of which 1 is shared. */
  private static final int TILE = 8;

  private static final Options TILED = Options.DEFAULTS.withTiling(true);

  private final AutoencoderKL model =
      new AutoencoderKL(
          new AutoencoderKLConfig(1, 2, List.of(5, 10), 1, 3, 5, true, 1)
              .withSampleSize(SampleSize.of(TILE)));
  private final Weights weights = Weights.initialize(model.parameters(), new Generator(1));
  private final INDArray images = new Generator(2).randn(5, 1, 6, 14);
  private final INDArray latents = new Generator(3).randn(5, 3, 3, 7);

  @Test
  void momentsAreThoseOfTheModelsGraph() {
    Graph graph = new Graph();
    DiagonalGaussian posterior = model.encode(graph, graph.input("images", images.shape()));
    graph.named("mean", posterior.mean());
    graph.named("log_var", posterior.logVar());
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights);
        LatentCodec codec = new LatentCodec(model, weights)) {
      Map<String, INDArray> expected =
          executor.run(Map.of("images", images), List.of("mean", "log_var"));
      LatentCodec.Posterior actual = codec.encode(images);
      assertClose(expected.get("mean"), actual.mean(), 1e-5, 0, "codec");
      assertClose(expected.get("log_var"), actual.logVar(), 1e-5, 0, "codec");
    }
  }

  @Test
  void imagesAreThoseOfTheModelsGraph() {
    try (LatentCodec codec = new LatentCodec(model, weights)) {
      INDArray actual = codec.decode(latents);
      assertArrayEquals(new long[] {5, 2, 6, 14}, actual.shape());
      assertClose(decoded(latents), actual, 1e-5, 0, "codec");
    }
  }

  @Test
  void everySizeOfBatchGivesTheSame() {
    INDArray expected = decoded(latents);
    for (int batchSize : new int[] {1, 2, 5, 7}) {
      try (LatentCodec codec =
          new LatentCodec(model, weights, Options.DEFAULTS.with(o -> o.batchSize(batchSize)))) {
        assertClose(expected, codec.decode(latents), 1e-5, 0, "codec");
      }
    }
  }

  @Test
  void imagesOfManySizesGoThroughOneCodec() {
    try (LatentCodec codec = new LatentCodec(model, weights)) {
      for (int repeat = 0; repeat < 2; repeat++) {
        for (int width = 1; width <= ShapedGraph.MAX_GRAPHS + 1; width++) {
          INDArray ofWidth = new Generator(width).randn(1, 3, 2, width);
          assertClose(decoded(ofWidth), codec.decode(ofWidth), 1e-5, 0, "codec");
        }
      }
    }
  }

  @Test
  void imagesNoLargerThanATileAreComputedAsAWhole() {
    INDArray image = new Generator(4).randn(2, 1, TILE, TILE - 2);
    try (LatentCodec tiled = new LatentCodec(model, weights, TILED);
        LatentCodec whole = new LatentCodec(model, weights)) {
      assertEquals(whole.encode(image).mean(), tiled.encode(image).mean());
      INDArray ofATile = new Generator(5).randn(2, 3, TILE / 2, TILE / 2);
      assertEquals(whole.decode(ofATile), tiled.decode(ofATile));
    }
  }

  @Test
  void tilesOfLatentsAreDecodedAndBlended() {
    INDArray large = new Generator(6).randn(2, 3, 7, 11);
    INDArray expected = TilingReference.tiled(large, TILE / 2, 3, 1, 2, this::decoded);
    assertArrayEquals(new long[] {2, 2, 14, 22}, expected.shape());
    try (LatentCodec codec = new LatentCodec(model, weights, TILED)) {
      assertClose(expected, codec.decode(large), 1e-5, 0, "codec");
    }
  }

  @Test
  void momentsOfTilesAreBlendedBeforeTheyAreClamped() {
    // Log-variances to both sides of the limits.
    weights.get("quant_conv.weight").muli(400);
    INDArray large = new Generator(7).randn(1, 1, 10, 26);
    INDArray moments = TilingReference.tiled(large, TILE / 2, 3, 2, 1, this::moments);
    try (LatentCodec codec = new LatentCodec(model, weights, TILED)) {
      LatentCodec.Posterior posterior = codec.encode(large);
      INDArray logVar = posterior.logVar();
      assertArrayEquals(new long[] {1, 3, 5, 13}, logVar.shape());
      assertEquals(-30, logVar.minNumber().doubleValue());
      assertEquals(20, logVar.maxNumber().doubleValue());
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 5; y++) {
          for (int x = 0; x < 13; x++) {
            double scale = 1e-5 * moments.amaxNumber().doubleValue();
            assertEquals(
                moments.getDouble(0, c, y, x), posterior.mean().getDouble(0, c, y, x), scale);
            double clamped = Math.max(-30, Math.min(20, moments.getDouble(0, 3 + c, y, x)));
            assertEquals(clamped, logVar.getDouble(0, c, y, x), scale);
          }
        }
      }
    }
  }

  @Test
  void slicedTilesAreThoseOfTheWholeBatch() {
    INDArray large = new Generator(8).randn(3, 3, 5, 13);
    try (LatentCodec sliced = new LatentCodec(model, weights, TILED.with(o -> o.batchSize(1)));
        LatentCodec whole = new LatentCodec(model, weights, TILED)) {
      assertClose(whole.decode(large), sliced.decode(large), 1e-5, 0, "codec");
    }
  }

  @Test
  void theSideOfATileIsAnOption() {
    INDArray large = new Generator(9).randn(1, 3, 5, 2);
    Options options = TILED.with(o -> o.tileSampleMinSize(5)).withTileOverlapFactor(0.5);
    // Two latents and a cut pixel, of which one latent is shared.
    INDArray expected = TilingReference.tiled(large, 2, 1, 1, 2, this::decoded);
    try (LatentCodec codec = new LatentCodec(model, weights, options)) {
      assertClose(expected, codec.decode(large), 1e-5, 0, "codec");
    }
  }

  @Test
  void samplesAreSpreadByTheNoise() {
    LatentCodec.Posterior posterior =
        new LatentCodec.Posterior(
            Nd4j.createFromArray(1f, 2, 3).reshape(1, 3, 1, 1),
            // Standard deviations 1, 2 and 1/2.
            Nd4j.createFromArray(0, (float) Math.log(4), (float) Math.log(0.25))
                .reshape(1, 3, 1, 1));
    INDArray noise = Nd4j.createFromArray(5f, 7, -11).reshape(1, 3, 1, 1);
    assertArrayEquals(
        new float[] {6, 16, -2.5f}, posterior.sample(noise).ravel().toFloatVector(), 1e-5f);
    assertArrayEquals(new float[] {1, 2, 3}, posterior.mean().ravel().toFloatVector());
    assertArrayEquals(new float[] {5, 7, -11}, noise.ravel().toFloatVector());
    assertRefused(
        "shape of noise (=[1, 1, 1, 3]) must be the mean's, [1, 3, 1, 1]",
        () -> posterior.sample(noise.reshape(1, 1, 1, 3)));
  }

  @Test
  void whatIsNotAnImageIsRefused() {
    try (LatentCodec codec = new LatentCodec(model, weights)) {
      assertRefused(
          "width of images (=5) must be divisible by downscale (=2)",
          () -> codec.encode(Nd4j.zeros(1, 1, 2, 5)));
      assertRefused(
          "channels of images (=3) must equal inChannels (=1)",
          () -> codec.encode(Nd4j.zeros(1, 3, 2, 2)));
      assertRefused(
          "channels of latents (=1) must equal latentChannels (=3)",
          () -> codec.decode(Nd4j.zeros(1, 1, 2, 2)));
      assertRefused("rank of latents (=3) must be 4", () -> codec.decode(Nd4j.zeros(3, 2, 2)));
    }
    assertRefused(
        "tileSampleMinSize (=1) must be at least downscale (=2)",
        () -> new LatentCodec(model, weights, TILED.with(o -> o.tileSampleMinSize(1))));
    assertRefused("batchSize (=0) must be positive", () -> TILED.with(o -> o.batchSize(0)));
    assertRefused(
        "tileOverlapFactor (=1.0) must be in [0, 1)", () -> TILED.withTileOverlapFactor(1));
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    AutoencoderKL other = new AutoencoderKL(model.config().withLatentChannels(2));
    assertThrows(IllegalArgumentException.class, () -> new LatentCodec(other, weights));
  }

  private static void assertRefused(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }

  private INDArray decoded(INDArray ofOneShape) {
    Graph graph = new Graph();
    graph.named("images", model.decode(graph, graph.input("latents", ofOneShape.shape())));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(Map.of("latents", ofOneShape), "images");
    }
  }

  private INDArray moments(INDArray ofOneShape) {
    Graph graph = new Graph();
    graph.named("moments", model.moments(graph, graph.input("images", ofOneShape.shape())));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(Map.of("images", ofOneShape), "moments");
    }
  }
}
