package org.diffusion4j.vae;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trained {@link VQModel} at work: images of any size to latents or to indices into the codebook,
 * and back.
 *
 * <p>Graphs are built at the first use of a shape, and the last few are kept. Two threads that use
 * one codec take turns; codecs of several threads may share weights. After {@link #close}, which
 * waits for one that is at work, all methods throw IllegalStateException.
 */
public final class VQCodec implements AutoCloseable {
  private final VQModelConfig config;
  private final int batchSize;
  private final ShapedGraph encoder;
  private final ShapedGraph indices;
  private final ShapedGraph decoder;
  private final ShapedGraph indicesDecoder;

  /** A codec that computes all images that it is given at a time. */
  public VQCodec(VQModel model, Weights weights) {
    this(model, weights, Integer.MAX_VALUE);
  }

  /**
   * A codec that computes so many images at a time, at most.
   *
   * @param weights shared, not copied
   * @param batchSize 1 is what diffusers calls slicing
   * @throws IllegalArgumentException if the weights are of another model
   */
  public VQCodec(VQModel model, Weights weights, int batchSize) {
    this(model, weights, batchSize, Execution.auto());
  }

  /**
   * A codec that computes so many images at a time, at most, run as an execution says.
   *
   * @param weights shared, not copied
   * @param batchSize 1 is what diffusers calls slicing
   * @throws IllegalArgumentException if the weights are of another model
   */
  public VQCodec(VQModel model, Weights weights, int batchSize, Execution execution) {
    Require.positive("batchSize", batchSize);
    this.config = model.config();
    this.batchSize = batchSize;
    Weights ofModel = weights.requireModel(model.parameters());
    this.encoder = new ShapedGraph(ofModel, execution, Graph::input, model::encode);
    this.indices =
        new ShapedGraph(
            ofModel,
            execution,
            Graph::input,
            (graph, images) -> model.quantize(graph, model.encode(graph, images)).indices());
    this.decoder =
        new ShapedGraph(
            ofModel,
            execution,
            Graph::input,
            (graph, latents) -> model.decode(graph, model.quantize(graph, latents).latents()));
    this.indicesDecoder =
        new ShapedGraph(ofModel, execution, Graph::inputIds, model::decodeIndices);
  }

  /**
   * The latents of images, not yet quantized.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1], n at least 1; h and w divisible by
   *     {@link VQModelConfig#downscale()}
   * @return {@code [n, embedDim, h/downscale, w/downscale]}, not scaled
   * @throws IllegalArgumentException if the images have another shape
   */
  public INDArray encode(INDArray images) {
    ShapedGraph.requireChannels("images", images, "inChannels", config.inChannels());
    return encoder.run(images, batchSize);
  }

  /**
   * Where in the codebook the vectors stand that are nearest to the latents of images.
   *
   * @param images as for {@link #encode}
   * @return {@code [n, h/downscale, w/downscale]}, whole numbers below numVqEmbeddings
   * @throws IllegalArgumentException if the images have another shape
   */
  public INDArray indices(INDArray images) {
    ShapedGraph.requireChannels("images", images, "inChannels", config.inChannels());
    return indices.run(images, batchSize);
  }

  /**
   * The images of latents, which are quantized first.
   *
   * @param latents {@code [n, embedDim, h, w]}, not scaled, n at least 1
   * @return {@code [n, outChannels, h*downscale, w*downscale]}, about in [-1,1]
   * @throws IllegalArgumentException if the latents have another shape
   */
  public INDArray decode(INDArray latents) {
    ShapedGraph.requireChannels("latents", latents, "embedDim", config.embedDim());
    return decoder.run(latents, batchSize);
  }

  /**
   * The images of indices into the codebook.
   *
   * @param indices {@code [n, h, w]}, below numVqEmbeddings, n at least 1
   * @return as for {@link #decode}
   * @throws IllegalArgumentException if the indices have another shape or one is out of the
   *     codebook
   */
  public INDArray decodeIndices(INDArray indices) {
    Require.that(indices.rank() == 3, "rank of indices", indices.rank(), "must be 3");
    return indicesDecoder.run(indices, batchSize);
  }

  @Override
  public void close() {
    encoder.close();
    indices.close();
    decoder.close();
    indicesDecoder.close();
  }
}
