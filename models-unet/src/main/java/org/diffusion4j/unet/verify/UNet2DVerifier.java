package org.diffusion4j.unet.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;
import org.diffusion4j.unet.UNet2DConfig;
import org.diffusion4j.unet.UNet2DModel;

/**
 * Verifies U-Nets without text, values and gradients: the golden data in folders named {@code
 * unet2d}, made with diffusers' {@code UNet2DModel}.
 */
public final class UNet2DVerifier implements Verifier {
  private static final GoldenModels<UNet2DModel> MODELS =
      new GoldenModels<>(
          "diffusion_pytorch_model",
          UNet2DVerifier::read,
          UNet2DVerifier::build,
          UnaryOperator.identity());

  @Override
  public String folder() {
    return "unet2d";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static UNet2DModel read(Path configJson) throws IOException {
    return new UNet2DModel(ConfigFile.readOver(configJson, UNet2DConfig.DEFAULTS, "UNet2DModel"));
  }

  private static void build(UNet2DModel model, ModelGraph in) {
    Graph graph = in.graph();
    Tensor sample = in.input("sample");
    Tensor timestep = in.input("timestep");
    Optional<Tensor> classLabels = model.classLabels(graph, sample.size(0));
    in.give("output", model.build(graph, sample, timestep, classLabels));
  }
}
