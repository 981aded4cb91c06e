package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.testing.ReferenceModel;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model against diffusers' {@code AutoencoderKL} with the same weights. */
class AutoencoderKLGoldenTest {
  private static final String FOLDER = "golden/autoencoder-kl/";

  @ParameterizedTest
  @ValueSource(strings = {"sd", "no-quant"})
  void encodesSamplesAndDecodesAsTheReference(String model) throws IOException {
    Graph graph = new Graph();
    ReferenceModel reference = reference(model);
    build(graph, model, reference);
    List<String> names = ModuleOutputs.name(graph, FOLDER + model + "/io.json");
    assertTrue(names.size() > 9, names.toString());
    List<String> outputs = new ArrayList<>(names);
    outputs.addAll(
        List.of(
            "posterior_mean",
            "posterior_mode",
            "posterior_logvar",
            "posterior_std",
            "latent_sample",
            "kl",
            "output"));
    reference.assertOutputs(graph, outputs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd", "no-quant"})
  void hasTheGradientsOfTheReference(String model) throws IOException {
    Graph graph = new Graph();
    ReferenceModel reference = reference(model);
    Tensor output = build(graph, model, reference);
    Tensor w = graph.input("w", output.shapeArray());
    graph.named("loss", graph.sum(graph.multiply(output, w), false));
    reference.assertGradients(graph, "loss", List.of("x", "noise"));
  }

  private static ReferenceModel reference(String model) {
    return new ReferenceModel(
        FOLDER + model, "diffusion_pytorch_model.safetensors", "x", "noise", "w");
  }

  private static Tensor build(Graph graph, String model, ReferenceModel reference)
      throws IOException {
    AutoencoderKL vae =
        new AutoencoderKL(
            ConfigFile.readOver(
                TestResources.path(FOLDER + model + "/config.json"),
                AutoencoderKLConfig.DEFAULTS,
                "AutoencoderKL"));
    DiagonalGaussian posterior = vae.encode(graph, input(graph, "x", reference));
    graph.named("posterior_mean", posterior.mean());
    graph.named("posterior_mode", posterior.mean());
    graph.named("posterior_logvar", posterior.logVar());
    graph.named(
        "posterior_std", graph.apply(UnaryFunction.EXP, graph.scale(posterior.logVar(), 0.5)));
    graph.named("kl", posterior.kl(graph));
    Tensor sample = posterior.sample(graph, input(graph, "noise", reference));
    return graph.named("output", vae.decode(graph, graph.named("latent_sample", sample)));
  }

  private static Tensor input(Graph graph, String name, ReferenceModel reference) {
    return graph.input(name, reference.tensor(name).shape());
  }
}
