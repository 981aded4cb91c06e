package org.diffusion4j.unet.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.model.GoldenModels;
import org.diffusion4j.core.verify.model.ModelGraph;
import org.diffusion4j.unet.AddedConditions;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/**
 * Verifies U-Nets on text, values and gradients: the golden data in folders named {@code
 * unet2d-condition}, made with diffusers' {@code UNet2DConditionModel}.
 */
public final class UNet2DConditionVerifier implements Verifier {
  private static final GoldenModels<UNet2DConditionModel> MODELS =
      new GoldenModels<>(
          "diffusion_pytorch_model",
          UNet2DConditionVerifier::read,
          UNet2DConditionVerifier::build,
          UnaryOperator.identity());

  @Override
  public String folder() {
    return "unet2d-condition";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    return MODELS.cases(folder);
  }

  private static UNet2DConditionModel read(Path configJson) throws IOException {
    return new UNet2DConditionModel(
        ConfigFile.readOver(configJson, UNet2DConditionConfig.DEFAULTS, "UNet2DConditionModel"));
  }

  private static void build(UNet2DConditionModel model, ModelGraph in) {
    Graph graph = in.graph();
    Tensor sample = in.input("sample");
    Tensor timestep = in.input("timestep");
    Tensor states = in.input("encoder_hidden_states");
    int sizes = in.has("time_ids") ? Math.toIntExact(in.shape("time_ids")[1]) : 0;
    AddedConditions added = model.addedConditions(graph, sample.size(0), sizes);
    in.give("output", model.build(graph, sample, timestep, states, added));
  }
}
