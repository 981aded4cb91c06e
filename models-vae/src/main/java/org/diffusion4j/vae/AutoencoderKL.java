package org.diffusion4j.vae;

import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;

/**
 * The convolutional variational autoencoder of latent diffusion (Kingma and Welling 2014, Rombach
 * et al. 2022), with the parameter names of diffusers' {@code AutoencoderKL}.
 */
public final class AutoencoderKL {
  private final AutoencoderKLConfig config;

  public AutoencoderKL(AutoencoderKLConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public AutoencoderKLConfig config() {
    return config;
  }

  /**
   * The parameter that a tensor of a file holds.
   *
   * <p>Files of Stable Diffusion 1 call the attention's projections {@code query}, {@code key},
   * {@code value} and {@code proj_attn}; here they are {@code to_q}, {@code to_k}, {@code to_v} and
   * {@code to_out.0}.
   *
   * @param tensorName the name in the file
   */
  public static String parameterName(String tensorName) {
    return AttentionNames.present(tensorName);
  }

  /**
   * Loads weights, under old names too.
   *
   * @param file safetensors
   * @throws org.diffusion4j.core.InvalidFileException if the file is damaged or of another model
   * @throws java.io.UncheckedIOException if it is missing or cannot be read
   */
  public Weights load(Path file) {
    return WeightsFile.load(file, parameters(), AutoencoderKL::parameterName);
  }

  /** The parameters of encoder and decoder. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    int size = 2 * config.downscale();
    Tensor images = graph.input("images", 1, config.inChannels(), size, size);
    decode(graph, encode(graph, images).mean());
    return graph.parameters();
  }

  /**
   * The distribution of the latents of images.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1]; h and w divisible by {@link
   *     AutoencoderKLConfig#downscale()}
   * @return mean and log-variance, {@code [n, latentChannels, h/downscale, w/downscale]}
   */
  public DiagonalGaussian encode(Graph graph, Tensor images) {
    return DiagonalGaussian.ofMoments(graph, moments(graph, images));
  }

  /**
   * What the distribution of the latents of images is made of, see {@link
   * DiagonalGaussian#ofMoments}.
   *
   * @param images as for {@link #encode}
   * @return {@code [n, 2 * latentChannels, h/downscale, w/downscale]}
   */
  public Tensor moments(Graph graph, Tensor images) {
    Require.divisible("height of images", images.size(2), "downscale", config.downscale());
    Require.divisible("width of images", images.size(3), "downscale", config.downscale());
    long channels = 2L * config.latentChannels();
    Tensor moments = new Encoder(config.stages(), channels).build(graph.scope("encoder"), images);
    if (config.useQuantConv()) {
      moments = Conv2d.pointwise(channels).build(graph.scope("quant_conv"), moments);
    }
    return moments;
  }

  /**
   * The images of latents.
   *
   * @param latents {@code [n, latentChannels, h, w]}, not scaled
   * @return {@code [n, outChannels, h*downscale, w*downscale]}, about in [-1,1]
   */
  public Tensor decode(Graph graph, Tensor latents) {
    Tensor h =
        config.usePostQuantConv()
            ? Conv2d.pointwise(config.latentChannels())
                .build(graph.scope("post_quant_conv"), latents)
            : latents;
    return new Decoder(config.stages(), config.outChannels()).build(graph.scope("decoder"), h);
  }

  /**
   * The training loss: mean squared error of the reconstruction of a sample, plus {@code beta}
   * times the divergence from the standard normal, both by value of the image (Higgins et al. 2017,
   * formula (4)). The graph then knows {@code loss}, {@code reconstruction_loss} and {@code
   * kl_loss}.
   *
   * @param images {@code [n, inChannels, h, w]} in [-1,1]
   * @param noise standard normal values of the latents' shape
   * @param beta the weight of the divergence, not negative
   * @return a scalar
   */
  public Tensor loss(Graph graph, Tensor images, Tensor noise, double beta) {
    Require.notNegative("beta", beta);
    DiagonalGaussian posterior = encode(graph, images);
    Tensor reconstruction = decode(graph, posterior.sample(graph, noise));
    Tensor reconstructionLoss =
        graph.named(
            "reconstruction_loss", new MeanSquaredError().build(graph, reconstruction, images));
    double valuesPerImage = images.size(1) * images.size(2) * images.size(3);
    Tensor klLoss =
        graph.named("kl_loss", graph.mean(posterior.kl(graph), false).times(1 / valuesPerImage));
    return graph.named("loss", reconstructionLoss.plus(klLoss.times(beta)));
  }
}
