package org.diffusion4j.vae.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.VQModel;
import org.diffusion4j.vae.VQModelConfig;
import org.diffusion4j.vae.VectorQuantizer;

/**
 * Verifies autoencoders with a codebook, values and gradients: the golden data in folders named
 * {@code vq}, made with diffusers' {@code VQModel}.
 */
public final class VQVerifier implements Verifier {
  private static final GoldenModels<VQModel> MODELS =
      new GoldenModels<>(
          "diffusion_pytorch_model",
          VQVerifier::read,
          VQVerifier::build,
          AutoencoderKL::parameterName);

  @Override
  public String folder() {
    return "vq";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static VQModel read(Path configJson) throws IOException {
    return new VQModel(ConfigFile.readOver(configJson, VQModelConfig.DEFAULTS, "VQModel"));
  }

  /** Encodes, quantizes and decodes. */
  private static void build(VQModel model, ModelGraph in) {
    Graph graph = in.graph();
    Tensor latents = in.differentiable("latents", model.encode(graph, in.input("x")));
    in.give("latents", latents);
    VectorQuantizer.Quantized quantized = model.quantize(graph, latents);
    in.give("quantized", quantized.latents());
    in.give("indices", quantized.indices());
    in.give("vq_loss", quantized.loss());
    in.loss(quantized.loss());
    in.give("output", model.decode(graph, quantized.latents()));
  }
}
