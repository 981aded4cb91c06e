package org.diffusion4j.vae;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A trained autoencoder at work: images of any size to latents and back.
 *
 * <p>Graphs are built at the first use of a shape, and the last few are kept. Two threads that use
 * one codec take turns; codecs of several threads may share weights. After {@link #close}, which
 * waits for one that is at work, all methods throw IllegalStateException.
 */
public final class LatentCodec implements AutoCloseable {

  /**
   * How much is computed at a time.
   *
   * @param batchSize how many images or tiles go through the model at a time, at most; all images
   *     if absent. 1 is what diffusers calls slicing
   * @param tiling whether images larger than a tile are computed in tiles that overlap, as with
   *     diffusers' {@code enable_tiling}: memory then depends on the tiles and not on the images.
   *     The values differ from those of the whole, as each tile knows nothing of the others
   * @param tileSampleMinSize the side of a tile in pixels, cut to a multiple of {@link
   *     AutoencoderKLConfig#downscale()}; the model's sampleSize if absent
   * @param tileOverlapFactor the part of a tile that it shares with the next, from 0 to below 1. So
   *     that tiles meet, the other part is cut to whole latents; where the tile's latents are not a
   *     multiple of four, diffusers joins tiles that do not fit each other
   */
  @RecordBuilder
  @RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
  public record Options(
      OptionalInt batchSize,
      boolean tiling,
      OptionalInt tileSampleMinSize,
      double tileOverlapFactor)
      implements LatentCodecOptionsBuilder.With {

    /** All images at a time and whole; with tiling, a quarter of a tile is shared. */
    public static final Options DEFAULTS =
        new Options(OptionalInt.empty(), false, OptionalInt.empty(), 0.25);

    public Options {
      batchSize.ifPresent(size -> Require.positive("batchSize", size));
      tileSampleMinSize.ifPresent(size -> Require.positive("tileSampleMinSize", size));
      Require.properFraction("tileOverlapFactor", tileOverlapFactor);
    }
  }

  /**
   * The distributions of the latents of images.
   *
   * @param mean {@code [n, latentChannels, h/downscale, w/downscale]}, not scaled
   * @param logVar the logarithm of the variance, of the same shape
   */
  public record Posterior(INDArray mean, INDArray logVar) {

    /**
     * Latents drawn from the distributions: {@code mean + exp(logVar / 2) * noise}.
     *
     * @param noise standard normal values of the mean's shape
     * @return an array of its own, of the mean's shape, not scaled
     */
    public INDArray sample(INDArray noise) {
      Require.that(
          Arrays.equals(noise.shape(), mean.shape()),
          "shape of noise",
          Arrays.toString(noise.shape()),
          "must be the mean's, " + Arrays.toString(mean.shape()));
      return Transforms.exp(logVar.mul(0.5), false).muli(noise).addi(mean);
    }
  }

  private final AutoencoderKLConfig config;
  private final Options options;
  private final Tiling tiles;
  private final ShapedGraph encoder;
  private final ShapedGraph decoder;

  /** A codec that computes all images that it is given at a time, and each as a whole. */
  public LatentCodec(AutoencoderKL model, Weights weights) {
    this(model, weights, Options.DEFAULTS);
  }

  /**
   * A codec with options.
   *
   * @param weights shared, not copied
   * @throws IllegalArgumentException if the weights are of another model, or a tile is smaller than
   *     a latent
   */
  public LatentCodec(AutoencoderKL model, Weights weights, Options options) {
    this(model, weights, options, Execution.auto());
  }

  /**
   * A codec with options, run as an execution says.
   *
   * @param weights shared, not copied
   * @throws IllegalArgumentException as the other constructor does
   */
  public LatentCodec(AutoencoderKL model, Weights weights, Options options, Execution execution) {
    this.config = model.config();
    this.options = options;
    long tile = options.tileSampleMinSize().orElse(config.sampleSize().height());
    Require.that(
        !options.tiling() || tile >= config.downscale(),
        "tileSampleMinSize",
        tile,
        "must be at least downscale (=" + config.downscale() + ")");
    this.tiles =
        Tiling.overlapping(Math.max(1, tile / config.downscale()), options.tileOverlapFactor());
    Weights ofModel = weights.requireModel(model.parameters());
    this.encoder = new ShapedGraph(ofModel, execution, Graph::input, model::moments);
    this.decoder = new ShapedGraph(ofModel, execution, Graph::input, model::decode);
  }

  /**
   * The distributions of the latents of images.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1], n at least 1; h and w divisible by
   *     {@link AutoencoderKLConfig#downscale()}
   * @throws IllegalArgumentException if the images have another shape
   */
  public Posterior encode(INDArray images) {
    ShapedGraph.requireChannels("images", images, "inChannels", config.inChannels());
    int downscale = config.downscale();
    Require.divisible("height of images", images.size(2), "downscale", downscale);
    Require.divisible("width of images", images.size(3), "downscale", downscale);
    INDArray moments = run(encoder, images, downscale, 1);
    INDArray logVar = channels(moments, config.latentChannels(), 2L * config.latentChannels());
    return new Posterior(
        channels(moments, 0, config.latentChannels()),
        Transforms.max(
            Transforms.min(logVar, DiagonalGaussian.MAX_LOG_VAR),
            DiagonalGaussian.MIN_LOG_VAR,
            false));
  }

  private static INDArray channels(INDArray array, long from, long to) {
    return array
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.interval(from, to),
            NDArrayIndex.all(),
            NDArrayIndex.all())
        .dup('c');
  }

  /**
   * The images of latents.
   *
   * @param latents {@code [n, latentChannels, h, w]}, not scaled, n at least 1
   * @return {@code [n, outChannels, h*downscale, w*downscale]}, about in [-1,1]
   * @throws IllegalArgumentException if the latents have another shape
   */
  public INDArray decode(INDArray latents) {
    ShapedGraph.requireChannels("latents", latents, "latentChannels", config.latentChannels());
    return run(decoder, latents, 1, config.downscale());
  }

  private INDArray run(ShapedGraph graph, INDArray input, int inputScale, int outputScale) {
    // Of the tiles of an image, which are many rows, no more go at a time than there are images.
    long batchSize = Math.min(input.size(0), options.batchSize().orElse(Integer.MAX_VALUE));
    UnaryOperator<INDArray> model = rows -> graph.run(rows, batchSize);
    return !options.tiling() || tiles.holds(input.size(2) / inputScale, input.size(3) / inputScale)
        ? model.apply(input)
        : tiles.apply(input, inputScale, outputScale, model);
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
