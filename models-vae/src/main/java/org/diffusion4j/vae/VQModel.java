package org.diffusion4j.vae;

import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;

/**
 * The convolutional autoencoder whose latents are vectors of a codebook (van den Oord et al. 2017,
 * Esser et al. 2021), with the parameter names of diffusers' {@code VQModel}.
 */
public final class VQModel {
  /**
   * The weight of the commitment loss in diffusers' model (van den Oord et al. 2017, section 3).
   */
  public static final double DEFAULT_BETA = 0.25;

  private final VQModelConfig config;
  private final VectorQuantizer quantizer;

  /** The model as diffusers has it: beta is 0.25, before the codebook's term of the loss. */
  public VQModel(VQModelConfig config) {
    this(config, DEFAULT_BETA, true);
  }

  /**
   * The model with another loss.
   *
   * @param beta see {@link VectorQuantizer}
   * @param legacy see {@link VectorQuantizer}
   */
  public VQModel(VQModelConfig config, double beta, boolean legacy) {
    this.config = config;
    this.quantizer = new VectorQuantizer(config.numVqEmbeddings(), beta, legacy);
  }

  /** The configuration. */
  public VQModelConfig config() {
    return config;
  }

  /**
   * Loads weights, also those with old names (see {@link AutoencoderKL#parameterName}).
   *
   * @param file safetensors
   * @throws org.diffusion4j.core.InvalidFileException if the file is damaged or of another model
   * @throws java.io.UncheckedIOException if it is missing or cannot be read
   */
  public Weights load(Path file) {
    return WeightsFile.load(file, parameters(), AttentionNames::present);
  }

  /** The parameters of encoder, codebook and decoder. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    int size = 2 * config.downscale();
    Tensor images = graph.input("images", 1, config.inChannels(), size, size);
    decode(graph, quantize(graph, encode(graph, images)).latents());
    return graph.parameters();
  }

  /**
   * The latents of images, not yet quantized.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1]; h and w divisible by {@link
   *     VQModelConfig#downscale()}
   * @return {@code [n, embedDim, h/downscale, w/downscale]}
   */
  public Tensor encode(Graph graph, Tensor images) {
    Require.divisible("height of images", images.size(2), "downscale", config.downscale());
    Require.divisible("width of images", images.size(3), "downscale", config.downscale());
    Tensor h =
        new Encoder(config.stages(), config.latentChannels()).build(graph.scope("encoder"), images);
    return Conv2d.pointwise(config.embedDim()).build(graph.scope("quant_conv"), h);
  }

  /**
   * The nearest vectors of the codebook.
   *
   * @param latents {@code [n, embedDim, h, w]}
   */
  public VectorQuantizer.Quantized quantize(Graph graph, Tensor latents) {
    return quantizer.build(graph.scope("quantize"), latents);
  }

  /**
   * The images of latents, which are taken as they are.
   *
   * @param latents {@code [n, embedDim, h, w]}, quantized for the best images
   * @return {@code [n, outChannels, h*downscale, w*downscale]}, about in [-1,1]
   */
  public Tensor decode(Graph graph, Tensor latents) {
    Tensor h =
        Conv2d.pointwise(config.latentChannels()).build(graph.scope("post_quant_conv"), latents);
    return new Decoder(config.stages(), config.outChannels()).build(graph.scope("decoder"), h);
  }

  /**
   * The images of indices into the codebook.
   *
   * @param indices an input of ids below numVqEmbeddings, {@code [n, h, w]}
   * @return {@code [n, outChannels, h*downscale, w*downscale]}, about in [-1,1]
   */
  public Tensor decodeIndices(Graph graph, Tensor indices) {
    return decode(graph, quantizer.lookup(graph.scope("quantize"), indices, config.embedDim()));
  }

  /**
   * The training loss: mean squared error of the reconstruction plus the loss of the codebook. The
   * graph then knows {@code loss}, {@code reconstruction_loss} and {@code vq_loss}.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1]
   * @return a scalar
   */
  public Tensor loss(Graph graph, Tensor images) {
    VectorQuantizer.Quantized quantized = quantize(graph, encode(graph, images));
    Tensor reconstruction = decode(graph, quantized.latents());
    Tensor reconstructionLoss =
        graph.named(
            "reconstruction_loss", new MeanSquaredError().build(graph, reconstruction, images));
    Tensor vqLoss = graph.named("vq_loss", quantized.loss());
    return graph.named("loss", reconstructionLoss.plus(vqLoss));
  }
}
