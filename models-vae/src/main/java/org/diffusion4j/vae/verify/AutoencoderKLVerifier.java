package org.diffusion4j.vae.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;

/**
 * Verifies variational autoencoders, values and gradients: the golden data in folders named {@code
 * autoencoder-kl}, made with diffusers' {@code AutoencoderKL}.
 */
public final class AutoencoderKLVerifier implements Verifier {
  private static final GoldenModels<AutoencoderKL> MODELS =
      new GoldenModels<>(
          "diffusion_pytorch_model",
          AutoencoderKLVerifier::read,
          AutoencoderKLVerifier::build,
          AutoencoderKL::parameterName);

  @Override
  public String folder() {
    return "autoencoder-kl";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static AutoencoderKL read(Path configJson) throws IOException {
    return new AutoencoderKL(
        ConfigFile.readOver(configJson, AutoencoderKLConfig.DEFAULTS, "AutoencoderKL"));
  }

  /** Encodes, samples with the reference's noise, and decodes. */
  private static void build(AutoencoderKL model, ModelGraph in) {
    Graph graph = in.graph();
    DiagonalGaussian posterior = model.encode(graph, in.input("x"));
    in.give("posterior_mean", posterior.mean());
    in.give("posterior_mode", posterior.mean());
    in.give("posterior_logvar", posterior.logVar());
    in.give("posterior_std", graph.apply(UnaryFunction.EXP, posterior.logVar().times(0.5)));
    in.give("kl", posterior.kl(graph));
    Tensor sample = posterior.sample(graph, in.input("noise"));
    in.give("latent_sample", sample);
    in.give("output", model.decode(graph, sample));
  }
}
