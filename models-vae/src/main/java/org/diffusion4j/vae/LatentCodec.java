package org.diffusion4j.vae;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.RowBatches;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trained autoencoder at work: images to latents and back; not for two threads at a time. */
public final class LatentCodec implements AutoCloseable {
  /**
   * The distributions of the latents of images.
   *
   * @param mean {@code [n, latentChannels, h/downscale, w/downscale]}, not scaled
   * @param logVar the logarithm of the variance, of the same shape
   */
  public record Posterior(INDArray mean, INDArray logVar) {}

  private final int batchSize;
  private final GraphExecutor encoder;
  private final GraphExecutor decoder;

  /**
   * Prepares the autoencoder for square images of one size.
   *
   * @param batchSize how many images go through it at a time
   * @param imageSize height and width in pixels, divisible by {@link
   *     AutoencoderKLConfig#downscale()}
   * @throws IllegalArgumentException if the weights are of another model
   */
  public LatentCodec(AutoencoderKL model, Weights weights, int batchSize, int imageSize) {
    this.batchSize = batchSize;
    AutoencoderKLConfig config = model.config();
    Graph encoding = new Graph();
    DiagonalGaussian posterior =
        model.encode(
            encoding,
            encoding.input("images", batchSize, config.inChannels(), imageSize, imageSize));
    encoding.named("mean", posterior.mean());
    encoding.named("log_var", posterior.logVar());
    this.encoder = new SameDiffExecutor(encoding, weights);

    Graph decoding = new Graph();
    long[] latents = posterior.mean().shapeArray();
    decoding.named("images", model.decode(decoding, decoding.input("latents", latents)));
    this.decoder = new SameDiffExecutor(decoding, weights);
  }

  /**
   * The distributions of the latents of images.
   *
   * @param images {@code [n, inChannels, imageSize, imageSize]} in [-1,1], n at least 1
   */
  public Posterior encode(INDArray images) {
    Map<String, INDArray> moments =
        RowBatches.run(encoder, batchSize, Map.of("images", images), List.of("mean", "log_var"));
    return new Posterior(moments.get("mean"), moments.get("log_var"));
  }

  /**
   * The images of latents.
   *
   * @param latents {@code [n, latentChannels, imageSize/downscale, imageSize/downscale]}, not
   *     scaled, n at least 1
   * @return {@code [n, outChannels, imageSize, imageSize]}, about in [-1,1]
   */
  public INDArray decode(INDArray latents) {
    return RowBatches.run(decoder, batchSize, Map.of("latents", latents), List.of("images"))
        .get("images");
  }

  /** The images of the means of the images' latents: the best that the autoencoder can do. */
  public INDArray reconstruct(INDArray images) {
    return decode(encode(images).mean());
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
